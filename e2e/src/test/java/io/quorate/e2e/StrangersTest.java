package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process at the address of a member that belongs to another cluster, by its token or by its
 * directory. Both sides say so in the original's lines (spec/peer.md 1.4), and the members that
 * belong together go on.
 */
class StrangersTest {
  private static final String REFUSED = "request cluster ID mismatch";
  private static final String IGNORED =
      "request sent was ignored by remote peer due to cluster ID mismatch";
  private static final String POSTED = "request sent was ignored due to cluster ID mismatch";
  // The election clock of who starts where two others are (spec/peer.md 4).
  private static final String FORWARDING = "starting initial election tick advance";
  private static final String FORWARDED =
      "initialized peer connections; fast-forwarding election ticks";
  private static final Pattern ID = Pattern.compile("\"[0-9a-f]{8,16}\"");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  /** Two members of one kind, and who comes to them. */
  private record Company(Kind members, Kind stranger) {
    static final List<Company> OF_OURS =
        List.of(
            new Company(Kind.OURS, Kind.OURS),
            new Company(Kind.OURS, Kind.ORIGINAL),
            new Company(Kind.ORIGINAL, Kind.OURS));
  }

  /** It counts as a founder by name and address, but for the token. */
  @Test
  void anotherToken() {
    Map<String, String> original = anotherToken(new Company(Kind.ORIGINAL, Kind.ORIGINAL));
    assertThat(original.get("stranger")).contains(REFUSED, IGNORED);
    assertThat(original.get("m0")).contains(REFUSED, IGNORED);
    for (Company company : Company.OF_OURS) {
      Differences.none(original, anotherToken(company));
    }
  }

  private Map<String, String> anotherToken(Company company) {
    try (Founders cluster = founders("token", company)) {
      Member stranger = cluster.get(2);
      cluster.launch(2, "--initial-cluster-token=another");
      await(cluster, 2, said -> said.containsAll(List.of(REFUSED, IGNORED, POSTED)));
      for (int i = 0; i < 2; i++) {
        await(cluster, i, said -> said.contains(REFUSED) && said.contains(IGNORED));
      }
      unimpressed(cluster);
      Map<String, String> said = said(cluster);
      assertThat(stranger.log()).doesNotContain(Member.READY);
      stranger.kill();
      stranger.wipe();
      // With the right token it is the third founder.
      cluster.start(2);
      assertThat(stranger.etcdctl("get", "a", "--print-value-only").succeeded()).isEqualTo("1\n");
      stranger.awaitLog(line -> line.contains(FORWARDED), "the end of '" + FORWARDING + "'");
      said.put(
          "the third founder",
          anonymous(stranger, Set.of(FORWARDING, FORWARDED), stranger.clusterId()));
      return said;
    }
  }

  /** It leads a cluster of its own, and goes on with that. */
  @Test
  void aDirectoryOfAnotherCluster() {
    Map<String, String> original = anotherDirectory(new Company(Kind.ORIGINAL, Kind.ORIGINAL));
    assertThat(original.get("stranger")).contains(REFUSED);
    assertThat(original.get("m0")).contains(IGNORED);
    for (Company company : Company.OF_OURS) {
      Differences.none(original, anotherDirectory(company));
    }
  }

  private Map<String, String> anotherDirectory(Company company) {
    try (Founders cluster = founders("directory", company)) {
      Member stranger = cluster.get(2);
      cluster.start(2, "--initial-cluster=m2=" + stranger.peerUrl());
      stranger.etcdctl("put", "a", "of another cluster").succeeded();
      stranger.stop();
      cluster.start(2);
      await(cluster, 2, said -> said.contains(REFUSED));
      for (int i = 0; i < 2; i++) {
        await(cluster, i, said -> said.contains(IGNORED));
      }
      unimpressed(cluster);
      assertThat(stranger.etcdctl("get", "a", "--print-value-only").succeeded())
          .isEqualTo("of another cluster\n");
      return said(cluster);
    }
  }

  private Founders founders(String row, Company company) {
    Founders cluster =
        Founders.in(
            scratch.resolve(row + "-" + company.members + "-" + company.stranger),
            List.of(company.members, company.members, company.stranger));
    cluster.launch(0);
    cluster.start(1);
    cluster.get(0).awaitReady();
    return cluster;
  }

  private static void unimpressed(Founders cluster) {
    Member first = cluster.get(0);
    Member second = cluster.get(1);
    // Again where a busy machine loses its leader without anybody's help.
    first.await(() -> first.etcdctl("put", "a", "1").exitCode() == 0);
    second.await(() -> second.etcdctl("get", "a", "--print-value-only").output().equals("1\n"));
  }

  private static void await(Founders cluster, int member, Predicate<Set<String>> enough) {
    cluster.get(member).await(() -> enough.test(messages(cluster.get(member))));
  }

  private static Set<String> messages(Member member) {
    return Stream.of(REFUSED, IGNORED, POSTED)
        .filter(message -> member.log().contains("\"" + message + "\""))
        .collect(Collectors.toSet());
  }

  /** What each said, once, whoever of the others it was about. */
  private static Map<String, String> said(Founders cluster) {
    var said = new LinkedHashMap<String, String>();
    for (int i = 0; i < 3; i++) {
      // Which of the two members posts anything to the stranger is chance.
      Set<String> messages = i == 2 ? Set.of(REFUSED, IGNORED, POSTED) : Set.of(REFUSED, IGNORED);
      said.put(
          i == 2 ? "stranger" : "m" + i,
          anonymous(cluster.get(i), messages, cluster.get(0).clusterId()));
    }
    return said;
  }

  private static String anonymous(Member member, Set<String> messages, String clusterId) {
    var lines = new TreeSet<String>();
    for (String line : LogLines.of(member.log(), messages)) {
      lines.add(ID.matcher(line.replace(clusterId, "CLUSTER")).replaceAll("ID"));
    }
    return String.join("\n", lines);
  }
}
