package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Three members, ours and the original's in every mixture, are one cluster: what is written through
 * one is read through all, whoever leads; a member that was away gets a snapshot from whoever
 * leads; at the end all have the same keys, hashes, leases and members.
 */
class ClusterTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  private final List<Member> members = new ArrayList<>();

  @AfterEach
  void killAll() {
    members.forEach(Member::close);
  }

  @ParameterizedTest
  @CsvSource({
    "ORIGINAL, ORIGINAL, ORIGINAL",
    "OURS, OURS, OURS",
    "OURS, ORIGINAL, ORIGINAL",
    "ORIGINAL, OURS, OURS"
  })
  void oneHistory(Kind first, Kind second, Kind third) {
    List<Kind> kinds = List.of(first, second, third);
    found();
    for (int i = 0; i < kinds.size(); i++) {
      members.get(i).launch(kinds.get(i).etcd());
    }
    members.forEach(Member::awaitReady);
    for (int i = 0; i < kinds.size(); i++) {
      put(i, "by" + i, "value");
    }
    load(1, 100);
    allAgree();
    // Each in turn is away for longer than the logs of the others reach back.
    for (int i = 0; i < kinds.size(); i++) {
      members.get(i).kill();
      int other = (i + 1) % kinds.size();
      put(other, "while" + i, "was away");
      load(other, 400);
      members.get(i).start(kinds.get(i));
      allAgree();
    }
    // A data directory changes owners in place.
    Member leader = members.get(0);
    leader.stop();
    put(1, "without", "the first");
    leader.start(first == Kind.OURS ? Kind.ORIGINAL : Kind.OURS);
    put(0, "back", "under another owner");
    allAgree();
  }

  /** A learner joins, becomes a voter, and is removed, which ends its process. */
  @ParameterizedTest
  @CsvSource({
    "ORIGINAL, ORIGINAL",
    "OURS, OURS",
    "OURS, ORIGINAL",
    "ORIGINAL, OURS",
  })
  void membersComeAndGo(Kind founder, Kind joiner) {
    members.add(Member.in(scratch.resolve("m0"), "m0"));
    members.add(Member.in(scratch.resolve("m1"), "m1"));
    Member first = members.get(0);
    Member second = members.get(1);
    first.start(founder);
    load(0, 50);
    first
        .etcdctl("member", "add", "m1", "--learner", "--peer-urls=" + second.peerUrl())
        .succeeded();
    second
        .flags("--initial-cluster=" + initialCluster(), "--initial-cluster-state=existing")
        .start(joiner);
    String line = memberLine(second);
    String id = line.substring(0, line.indexOf(','));
    assertThat(memberLine(second)).endsWith("true");
    Run.Result refused = second.etcdctl("get", "a");
    assertThat(refused.output() + refused.error())
        .contains("etcdserver: rpc not supported for learner");
    assertThat(second.etcdctl("get", "--consistency=s", "key").exitCode()).isZero();
    // Refused until the learner has caught up.
    retried(first, "member", "promote", id);
    assertThat(memberLine(second)).endsWith("false");
    put(1, "through", "the new voter");
    allAgree();
    retried(first, "member", "update", id, "--peer-urls=" + second.peerUrl());
    // Refused until the two have been connected for five seconds.
    retried(first, "member", "remove", id);
    assertThat(second.awaitExit(Member.START_LIMIT)).isZero();
    assertThat(second.log()).contains("the member has been permanently removed from the cluster");
    put(0, "alone", "again");
  }

  /** How the first member lists {@code member}. */
  private String memberLine(Member member) {
    return members
        .get(0)
        .etcdctl("member", "list")
        .succeeded()
        .lines()
        .filter(line -> line.contains(member.peerUrl()))
        .findFirst()
        .orElseThrow();
  }

  /** Until it succeeds, or no patience is left. */
  private static void retried(Member through, String... command) {
    long deadline = System.nanoTime() + Member.START_LIMIT.toNanos();
    Run.Result result = through.etcdctl(command);
    while (result.exitCode() != 0 && System.nanoTime() - deadline < 0) {
      try {
        Thread.sleep(200);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      result = through.etcdctl(command);
    }
    result.succeeded();
  }

  private String initialCluster() {
    return members.stream()
        .map(member -> member.name() + "=" + member.peerUrl())
        .collect(Collectors.joining(","));
  }

  /** Three members that know of each other, none started. */
  private void found() {
    for (int i = 0; i < 3; i++) {
      members.add(Member.in(scratch.resolve("m" + i), "m" + i));
    }
    String cluster = initialCluster();
    members.forEach(member ->
        member.flags(
            "--initial-cluster=" + cluster,
            "--snapshot-count=100",
            "--snapshot-catchup-entries=50"));
  }

  /** Tried again: what was on its way to a leader that is gone is lost, as with any etcd. */
  private void put(int through, String key, String value) {
    retried(members.get(through), "put", key, value);
  }

  private void load(int through, int puts) {
    members
        .get(through)
        .checker("load", "-clients=8", "-key-space=50", "-total=" + puts)
        .succeeded();
  }

  /** The same state, seen through each; {@code dump} reads linearizably. */
  private void allAgree() {
    List<String> states =
        IntStream.range(0, members.size()).mapToObj(i -> withoutSelf(members.get(i))).toList();
    for (int i = 1; i < states.size(); i++) {
      assertThat(states.get(i)).as("member " + i + " against 0").isEqualTo(states.get(0));
    }
  }

  private static String withoutSelf(Member member) {
    return member
        .dump()
        .lines()
        .filter(line -> !line.contains("\"memberId\""))
        .collect(Collectors.joining("\n"));
  }
}
