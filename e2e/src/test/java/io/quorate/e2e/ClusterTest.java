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

  private static final int TRIES = 10;

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

  /** Three members that know of each other, none started. */
  private void found() {
    for (int i = 0; i < 3; i++) {
      members.add(Member.in(scratch.resolve("m" + i), "m" + i));
    }
    String cluster =
        members.stream()
            .map(member -> member.name() + "=" + member.peerUrl())
            .collect(Collectors.joining(","));
    members.forEach(member ->
        member.flags(
            "--initial-cluster=" + cluster,
            "--snapshot-count=100",
            "--snapshot-catchup-entries=50"));
  }

  /** Tried again: what was on its way to a leader that is gone is lost, as with any etcd. */
  private void put(int through, String key, String value) {
    Run.Result result = members.get(through).etcdctl("put", key, value);
    for (int i = 0; i < TRIES && result.exitCode() != 0; i++) {
      result = members.get(through).etcdctl("put", key, value);
    }
    result.succeeded();
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
    assertThat(states.get(1)).as("member 1 against 0").isEqualTo(states.get(0));
    assertThat(states.get(2)).as("member 2 against 0").isEqualTo(states.get(0));
  }

  private static String withoutSelf(Member member) {
    return member
        .dump()
        .lines()
        .filter(line -> !line.contains("\"memberId\""))
        .collect(Collectors.joining("\n"));
  }
}
