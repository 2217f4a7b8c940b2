package io.quorate.node.recovery;

import io.quorate.node.port.PeerQueries;
import io.quorate.statemachine.membership.Member;
import io.quorate.wal.WalMetadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A cluster that runs already, for a member that was added to it and starts now: ids come from the
 * others, not from the flags (spec/peer.md 6.4).
 *
 * @param ids who this member is
 * @param members all of them, as the others know them
 */
public record JoiningCluster(WalMetadata ids, List<Member> members) {
  private static final Duration ANSWER_TIME = Duration.ofSeconds(10);

  /**
   * Asks the other members of {@code byFlags}, and finds this one, {@code name}, among those that
   * they know.
   *
   * @throws CannotStartException in the original's words
   */
  public static JoiningCluster find(
      FoundingCluster byFlags,
      String name,
      FoundingCluster.UrlComparison comparison,
      PeerQueries peers) {
    byFlags.refuseDuplicates();
    List<String> self = byFlags.urlsOf(name);
    List<String> others =
        byFlags.peerUrls().entrySet().stream()
            .filter(entry -> !entry.getKey().equals(name))
            .flatMap(entry -> entry.getValue().stream())
            .sorted()
            .toList();
    PeerQueries.RemoteCluster remote =
        peers
            .cluster(others, ANSWER_TIME, true)
            .orElseThrow(
                () -> unreachable("could not retrieve cluster information from the given URLs"));
    if (remote.members().isEmpty()) {
      throw unreachable("failed to get raft cluster member(s) from the given URLs");
    }
    return match(byFlags, self, comparison, remote);
  }

  private static CannotStartException unreachable(String why) {
    return CannotStartException.bootstrap("cannot fetch cluster info from peer urls: " + why);
  }

  private static JoiningCluster match(
      FoundingCluster byFlags,
      List<String> self,
      FoundingCluster.UrlComparison comparison,
      PeerQueries.RemoteCluster remote) {
    List<Member> existing =
        remote.members().stream()
            .sorted(Comparator.comparing(member -> String.join(",", member.peerUrls())))
            .toList();
    if (existing.size() != byFlags.peerUrls().size()) {
      throw mismatch(remote, "member count is unequal");
    }
    List<List<String>> unmatched = new ArrayList<>(byFlags.peerUrls().values());
    long own = 0;
    for (Member member : existing) {
      Optional<String> lastDifference = Optional.empty();
      List<String> found = null;
      for (List<String> urls : unmatched) {
        Optional<String> difference =
            comparison.difference(member.peerUrls().stream().sorted().toList(), urls);
        if (difference.isEmpty()) {
          found = urls;
          break;
        }
        lastDifference = difference;
      }
      if (found == null) {
        throw mismatch(
            remote,
            "PeerURLs: no match found for existing member (%s, [%s]), last resolver error (%s)"
                .formatted(
                    Member.hex(member.id()),
                    String.join(" ", member.peerUrls()),
                    lastDifference.orElse("<nil>")));
      }
      unmatched.remove(found);
      if (found.equals(self)) {
        own = member.id();
      }
    }
    return new JoiningCluster(new WalMetadata(own, remote.id()), existing);
  }

  /** Its version and ours cannot run together. */
  public static CannotStartException incompatible() {
    return CannotStartException.bootstrap("incompatible with current running cluster");
  }

  private static CannotStartException mismatch(PeerQueries.RemoteCluster remote, String why) {
    return CannotStartException.bootstrap("error validating peerURLs " + text(remote) + ": " + why);
  }

  /** As Go prints its cluster. */
  private static String text(PeerQueries.RemoteCluster remote) {
    return remote.members().stream()
        .map(member ->
            "&{ID:%s RaftAttributes:{PeerURLs:[%s] IsLearner:%b} Attributes:{Name:%s ClientURLs:[%s]}}"
                .formatted(
                    Member.hex(member.id()),
                    String.join(" ", member.peerUrls()),
                    member.isLearner(),
                    member.name(),
                    String.join(" ", member.clientUrls())))
        .collect(
            Collectors.joining(
                " ",
                "{ClusterID:" + Long.toHexString(remote.id()) + " Members:[",
                "] RemovedMemberIDs:[]}"));
  }
}
