package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Three members, one of which has other keys than the others, since its database was changed while
 * it was away. Each of the three checks finds it (spec/peer.md 11), says so in the original's
 * lines, and the alarm names it.
 */
class CorruptionTest {
  private static final Set<String> INITIAL =
      Set.of(
          "starting initial corruption check",
          "initial corruption checking passed; no corruption",
          "found different hash values from remote peer",
          "checkInitialHashKV failed",
          "discovery failed");
  private static final Set<String> OF_COMPACTIONS =
      Set.of("Skipped peer's hash", "Detected compaction hash mismatch");
  private static final Set<String> PERIODIC =
      Set.of(
          "enabled corruption checking",
          "same compact revision then hashes must match",
          "finished peer corruption check");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  /** m1 has other keys; m2 leads the periodic check, m0 the one of compactions. */
  static Stream<Arguments> clusters() {
    Kind original = Kind.ORIGINAL;
    Kind ours = Kind.OURS;
    Stream<List<Kind>> shortRun =
        Stream.of(List.of(original, original, original), List.of(ours, ours, ours));
    Stream<List<Kind>> longRun =
        Stream.of(
            List.of(original, ours, ours),
            List.of(ours, original, ours),
            List.of(ours, ours, original),
            List.of(ours, original, original));
    return (Boolean.getBoolean("long") ? Stream.concat(shortRun, longRun) : shortRun)
        .map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("clusters")
  void whoHasOtherKeysIsFound(List<Kind> kinds) {
    try (Founders cluster = Founders.in(scratch, kinds)) {
      cluster.start();
      cluster.ids();
      for (int i = 0; i < 5; i++) {
        cluster.get(0).etcdctl("put", "k" + i, "v" + i).succeeded();
      }
      cluster.stop();
      Run.command(
              Programs.original("checker"),
              "corrupt",
              "-key=k2",
              cluster.get(1).dbFile().toString())
          .run()
          .succeeded();

      cluster.launch(0, "--feature-gates=CompactHashCheck=true", "--compact-hash-check-time=1s");
      cluster.start(2, "--experimental-initial-corrupt-check=true", "--corrupt-check-time=1s");
      cluster.get(0).awaitReady();
      refusesToStart(cluster);
      cluster.start(1);
      timeTells(cluster);
      cluster.get(2).stop();
      cluster.start(2);
      cluster.get(0).etcdctl("alarm", "disarm").succeeded();
      compactionsTell(cluster);
    }
  }

  private static void refusesToStart(Founders cluster) {
    Run.Result refused =
        cluster.get(1).startRefused(cluster.kind(1), "--feature-gates=InitialCorruptCheck=true");
    assertThat(refused.exitCode()).isEqualTo(1);
    String different =
        """
        warn found different hash values from remote peer {"local-member-id":"m1",\
        "local-member-revision":6,"local-member-compact-revision":-1,\
        "local-member-hash":1813937823,"remote-peer-id":"0",\
        "remote-peer-endpoints":["URL of %s"],"remote-peer-revision":6,\
        "remote-peer-compact-revision":-1,"remote-peer-hash":92171967}\
        """;
    assertThat(lines(cluster, 1, INITIAL))
        .containsExactlyInAnyOrder(
            """
            info starting initial corruption check {"local-member-id":"m1","timeout":"7s"}\
            """,
            different.formatted("m0"),
            different.formatted("m2"),
            """
            error checkInitialHashKV failed {"error":"m1 found data inconsistency with peers"}\
            """,
            """
            fatal discovery failed {"error":"m1 found data inconsistency with peers"}\
            """);
    assertThat(lines(cluster, 2, INITIAL))
        .containsExactly(
            """
            info starting initial corruption check {"local-member-id":"m2","timeout":"7s"}\
            """,
            """
            info initial corruption checking passed; no corruption {"local-member-id":"m2"}\
            """);
  }

  /** Every now and then the leader compares all keys. */
  private static void timeTells(Founders cluster) {
    cluster.leads(2, () -> isSaid(cluster, 2, "same compact revision then hashes must match"));
    assertThat(lines(cluster, 2, PERIODIC))
        .contains(
            """
            info enabled corruption checking {"local-member-id":"m2","interval":"1s"}\
            """,
            """
            warn same compact revision then hashes must match {"leader-compact-revision":-1,\
            "leader-hash":92171967,"follower-compact-revision":-1,"follower-hash":1813937823,\
            "follower-peer-id":"m1"}\
            """,
            """
            info finished peer corruption check {"number-of-peers-checked":2}\
            """);
    isAlarmed(cluster);
  }

  /** A compaction leaves a checksum on each member; the leader compares them. */
  private static void compactionsTell(Founders cluster) {
    cluster.leads(0, () -> true);
    cluster.get(0).etcdctl("compaction", "6").succeeded();
    cluster.leads(0, () -> isSaid(cluster, 0, "Detected compaction hash mismatch"));
    assertThat(lines(cluster, 0, OF_COMPACTIONS))
        .contains(
            """
            error Detected compaction hash mismatch {"leader-id":"m0","leader-revision":6,\
            "leader-compact-revision":-1,"leader-hash":92171967,"peer-hash":1813937823,\
            "peer-ids":"m1","quorum-exist":true}\
            """);
    isAlarmed(cluster);
  }

  /** The alarm is m1's, and every member refuses what it forbids. */
  private static void isAlarmed(Founders cluster) {
    for (int i = 0; i < 3; i++) {
      Member member = cluster.get(i);
      member.await(() -> member.etcdctl("alarm", "list").output().contains("CORRUPT"));
      assertThat(cluster.named(member.etcdctl("alarm", "list").succeeded()).strip())
          .isEqualTo("memberID:m1 alarm:CORRUPT");
      assertThat(member.etcdctl("put", "k", "v").error())
          .contains("Error: etcdserver: corrupt cluster");
      assertThat(member.etcdctl("get", "k0", "--print-value-only").succeeded()).isEqualTo("v0\n");
    }
  }

  private static boolean isSaid(Founders cluster, int member, String message) {
    return cluster.get(member).log().contains(message);
  }

  private static List<String> lines(Founders cluster, int member, Set<String> messages) {
    return LogLines.of(cluster.get(member).log(), messages).stream().map(cluster::named).toList();
  }
}
