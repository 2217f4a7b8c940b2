package io.quorate.node.recovery;

import io.quorate.raft.Peer;
import io.quorate.statemachine.membership.Member;
import io.quorate.statemachine.membership.MemberIds;
import io.quorate.wal.WalMetadata;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A cluster by its flags: {@code --initial-cluster} and {@code --initial-cluster-token}.
 *
 * @param peerUrls by member name; each list sorted
 */
public record FoundingCluster(SortedMap<String, List<String>> peerUrls, String token) {
  public FoundingCluster {
    TreeMap<String, List<String>> sorted = new TreeMap<>();
    peerUrls.forEach((name, urls) -> sorted.put(name, urls.stream().sorted().toList()));
    peerUrls = sorted;
  }

  /** Compares lists of URLs that name hosts differently, by asking DNS (spec/peer.md 6.7). */
  @FunctionalInterface
  public interface UrlComparison {
    /** Equal texts only: for hosts that are addresses. */
    UrlComparison TEXT =
        (a, b) -> {
          List<String> first = a.stream().sorted().toList();
          List<String> second = b.stream().sorted().toList();
          if (first.size() != second.size()) {
            return Optional.of("len(" + quoted(first) + ") != len(" + quoted(second) + ")");
          }
          for (int i = 0; i < first.size(); i++) {
            if (!first.get(i).equals(second.get(i))) {
              return Optional.of(
                  "resolved urls: \"" + first.get(i) + "\" != \"" + second.get(i) + "\"");
            }
          }
          return Optional.empty();
        };

    /** What differs; empty if both mean the same. */
    Optional<String> difference(List<String> a, List<String> b);

    /** As Go prints a list with {@code %q}. */
    private static String quoted(List<String> urls) {
      return urls.isEmpty() ? "[]" : "[\"" + String.join("\" \"", urls) + "\"]";
    }
  }

  /** The members, by ascending id. */
  public List<Member> members() {
    List<Member> members = new ArrayList<>();
    peerUrls.forEach((name, urls) ->
        members.add(new Member(MemberIds.founding(urls, token), urls, false, name, List.of())));
    members.sort((a, b) -> Long.compareUnsigned(a.id(), b.id()));
    return members;
  }

  public long clusterId() {
    return MemberIds.cluster(members().stream().map(Member::id).toList());
  }

  /** Who {@code name} is in this cluster. */
  public WalMetadata idsOf(String name) {
    return new WalMetadata(MemberIds.founding(urlsOf(name), token), clusterId());
  }

  /** What raft is bootstrapped with: one entry for each member. */
  public List<Peer> peers() {
    return members().stream()
        .map(member -> new Peer(member.id(), member.toJson().getBytes(StandardCharsets.UTF_8)))
        .toList();
  }

  /**
   * Tests the flags against each other before anything is written.
   *
   * @param advertised {@code --initial-advertise-peer-urls}
   * @throws CannotStartException if they contradict each other
   */
  void validate(String name, List<String> advertised, UrlComparison comparison) {
    List<String> local = peerUrls.get(name);
    if (local == null) {
      throw unknown(name);
    }
    List<String> sortedAdvertised = advertised.stream().sorted().toList();
    comparison
        .difference(sortedAdvertised, local)
        .ifPresent(difference -> {
          throw mismatch(name, local, sortedAdvertised, difference);
        });
    refuseDuplicates();
  }

  /** The peer URLs of {@code name}. */
  List<String> urlsOf(String name) {
    List<String> urls = peerUrls.get(name);
    if (urls == null) {
      throw unknown(name);
    }
    return urls;
  }

  void refuseDuplicates() {
    Set<String> seen = new HashSet<>();
    for (List<String> urls : peerUrls.values()) {
      for (String url : urls) {
        if (!seen.add(url)) {
          throw CannotStartException.bootstrap("initial cluster " + this + " has duplicate url");
        }
      }
    }
  }

  private static CannotStartException unknown(String name) {
    return CannotStartException.bootstrap(
        "couldn't find local name \"" + name + "\" in the initial cluster configuration");
  }

  private static CannotStartException mismatch(
      String name, List<String> local, List<String> advertised, String difference) {
    String asAdvertised = String.join(",", advertised);
    List<String> missing = new ArrayList<>(local);
    missing.removeAll(advertised);
    if (!missing.isEmpty()) {
      return CannotStartException.bootstrap(
          "--initial-cluster has %s but missing from --initial-advertise-peer-urls=%s (%s)"
              .formatted(named(name, missing), asAdvertised, difference));
    }
    // As in the original, these texts have the advertised URLs after --initial-cluster.
    List<String> extra = new ArrayList<>(advertised);
    extra.removeAll(local);
    if (!extra.isEmpty()) {
      return CannotStartException.bootstrap(
          "--initial-advertise-peer-urls has %s but missing from --initial-cluster=%s"
              .formatted(String.join(",", extra), named(name, advertised)));
    }
    return CannotStartException.bootstrap(
        "failed to resolve %s to match --initial-cluster=%s (%s)"
            .formatted(asAdvertised, named(name, advertised), difference));
  }

  private static String named(String name, List<String> urls) {
    return String.join(",", urls.stream().map(url -> name + "=" + url).toList());
  }

  /** As the flag is written, members by name. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    peerUrls.forEach((name, urls) -> parts.add(named(name, urls)));
    return String.join(",", parts);
  }
}
