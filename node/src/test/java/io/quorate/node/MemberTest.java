package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.io.memory.Fate;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.io.memory.PowerCut;
import io.quorate.node.loop.ApplyLoop;
import io.quorate.node.loop.LogLoop;
import io.quorate.node.loop.RaftLoop;
import io.quorate.statemachine.OpResult;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.request.LeaseGrant;
import io.quorate.statemachine.request.ProtoWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MemberTest {
  /** What the member must say of itself is not a request that could be too large. */
  @Test
  void itServesHoweverSmallRequestsMustBe() {
    var lone = new LoneMember(new MemoryDisk(1), LoneMember.Setup.DEFAULT.maxRequestBytes(20));
    lone.await(lone.member().publish());
    assertThat(lone.put("k", "a value that is too long"))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(NodeException.RequestTooLarge.class);
    lone.close();
  }

  @Test
  void itFoundsItselfLeadsPublishesAndAnswers() {
    var lone = new LoneMember(new MemoryDisk(1), 10_000, 1);
    lone.await(lone.member().publish());
    assertThat(lone.member().raft().leads()).isTrue();
    assertThat(lone.await(lone.put("k", "v"))).isInstanceOf(OpResult.PutDone.class);
    assertThat(lone.has("k")).isTrue();
    lone.run(500);
    assertThat(lone.member().stores().membership().view().clusterVersion()).isPresent();
    assertThat(lone.member().storageVersion()).hasToString("Optional[3.6.0]");
    assertThat(lone.member().readsAreLocal()).isTrue();
    lone.close();
  }

  @Test
  void whatWasAnsweredIsThereAfterAStop() {
    var disk = new MemoryDisk(1);
    var first = new LoneMember(disk, 30, 1);
    first.await(first.member().publish());
    for (int i = 0; i < 200; i++) {
      first.await(first.put("k" + i, "v"));
    }
    long revision = first.revision();
    first.close();
    var second = new LoneMember(disk, 30, 1000);
    second.await(second.member().publish());
    assertThat(second.keys()).isEqualTo(200);
    assertThat(second.revision()).isEqualTo(revision);
    second.close();
  }

  /** More than a client may be ahead of; the member itself waits for its turn, once. */
  @Test
  void itPublishesBehindALongLog() {
    var disk = new MemoryDisk(1);
    var first = new LoneMember(disk, 100_000, 1);
    first.await(first.member().publish());
    CompletableFuture<Outcome> last = first.put("k", "v");
    for (int i = 0; i < 5_200; i++) {
      last = first.put("k", "v");
      first.run(1);
    }
    first.await(last);
    long revision = first.revision();
    first.close();
    var second = new LoneMember(disk, 100_000, 1000);
    second.await(second.member().publish());
    assertThat(second.revision()).isEqualTo(revision);
    second.close();
  }

  /** What a restart reads is bounded in bytes too, not only in entries. */
  @Test
  void largeEntriesAreFollowedByASnapshotSooner() {
    var disk = new MemoryDisk(1);
    var setup = LoneMember.Setup.DEFAULT.logBytes(100_000);
    var first = new LoneMember(disk, setup);
    first.await(first.member().publish());
    for (int i = 0; i < 100; i++) {
      first.await(first.put("k" + i, "v".repeat(10_000)));
    }
    first.run(10);
    first.close();
    assertThat(disk.list(Path.of("/data/member/snap")).stream().filter(f -> f.endsWith(".snap")))
        .as("one for each ten puts")
        .hasSize(10);
    var second = new LoneMember(disk, setup.startSeconds(1000));
    second.await(second.member().publish());
    assertThat(second.keys()).isEqualTo(100);
    second.close();
  }

  /**
   * Request ids are made of the clock; entries of the last run must not answer those of this one.
   */
  @Test
  void aClockThatGoesBackMakesNoFalseAnswers() {
    var disk = new MemoryDisk(1);
    var first = new LoneMember(disk, 1000, 50);
    first.await(first.member().publish());
    for (int i = 0; i < 10; i++) {
      first.await(first.put("old" + i, "v"));
    }
    first.close();
    var second = new LoneMember(disk, 1000, 50);
    second.await(second.member().publish());
    assertThat(second.member().raft().leads()).isTrue();
    assertThat(second.keys()).isEqualTo(10);
    second.await(second.put("new", "v"));
    assertThat(second.has("new")).isTrue();
    second.close();
  }

  @Test
  void aLeaseEndsByTheClockAndTakesItsKeysAlong() {
    var lone = new LoneMember(new MemoryDisk(1), 10_000, 1);
    lone.await(lone.member().publish());
    byte[] grant = new ProtoWriter().number(1, 5).number(2, 7).toByteArray();
    assertThat(lone.await(lone.member().propose(LeaseGrant.FIELD, grant)))
        .isEqualTo(new Outcome.LeaseGranted(2 - 1, 7, 5));
    lone.await(
        lone.member()
            .propose(
                io.quorate.statemachine.request.Put.FIELD,
                new ProtoWriter().bytes(1, new byte[] {'k'}).number(3, 7).toByteArray()));
    assertThat(lone.await(lone.member().leases().renew(7, () -> {}))).isEqualTo(5);
    lone.run(400);
    assertThat(lone.has("k")).isTrue();
    lone.run(300);
    assertThat(lone.has("k")).isFalse();
    assertThat(lone.await(lone.member().leases().renew(7, () -> {}))).isZero();
    lone.close();
  }

  /** A leader whose raft stood still for a moment makes sure that it leads, and goes on. */
  @Test
  void aLeaseThatEndsWhileRaftStandsStillIsRevokedRightAfter() {
    var lone = new LoneMember(new MemoryDisk(1), 10_000, 1);
    lone.await(lone.member().publish());
    lone.await(lone.member().propose(LeaseGrant.FIELD, lease(7, 5)));
    lone.run(450);
    lone.runWithout(RaftLoop.class, 150);
    assertThat(lone.member().leases().nanosLeft(7).orElseThrow()).isNegative();
    assertThat(lone.member().stores().lessor().lease(7)).isPresent();
    lone.run(20);
    assertThat(lone.member().stores().lessor().lease(7)).isEmpty();
    lone.close();
  }

  /** At most 500 of them each half second, so that writes are not held up (spec/api.md 9). */
  @Test
  void leasesThatEndTogetherAreRevokedInTurn() {
    var lone = new LoneMember(new MemoryDisk(1), 100_000, 1);
    lone.await(lone.member().publish());
    for (int id = 1; id <= 1_800; id++) {
      lone.member().propose(LeaseGrant.FIELD, lease(id, 5));
    }
    lone.run(10);
    int left = lone.member().stores().lessor().leases().size();
    assertThat(left).isEqualTo(1_800);
    lone.run(480);
    while (left > 0) {
      lone.run(50);
      int now = lone.member().stores().lessor().leases().size();
      assertThat(left - now).as("revoked in half a second").isLessThanOrEqualTo(500);
      left = now;
      lone.await(lone.put("meanwhile", "v"));
      assertThat(lone.member().clock().nanos()).isLessThan(60_000_000_000L);
    }
    lone.close();
  }

  /** Five minutes later what is left of a long lease is in the log, and so survives a restart. */
  @Test
  void longLeasesAreCheckpointed() {
    var disk = new MemoryDisk(1);
    var setup = LoneMember.Setup.DEFAULT.withLeaseCheckpoints();
    var first = new LoneMember(disk, setup);
    first.await(first.member().publish());
    first.await(first.member().propose(LeaseGrant.FIELD, lease(7, 1_000)));
    first.await(first.member().propose(LeaseGrant.FIELD, lease(8, 200)));
    first.run(30_100);
    assertThat(first.member().stores().lessor().lease(7).orElseThrow().remainingTtlSeconds())
        .isBetween(695L, 705L);
    assertThat(first.member().stores().lessor().lease(8)).as("is over by now").isEmpty();
    first.close();
    var second = new LoneMember(disk, setup.startSeconds(10_000));
    second.await(second.member().publish());
    assertThat(second.member().leases().nanosLeft(7).orElseThrow() / 1_000_000_000)
        .isBetween(690L, 705L);
    // Renewed it has all its time again, after another restart too.
    assertThat(second.await(second.member().leases().renew(7, () -> {}))).isEqualTo(1_000);
    second.close();
    var third = new LoneMember(disk, setup.startSeconds(20_000));
    third.await(third.member().publish());
    assertThat(third.member().leases().nanosLeft(7).orElseThrow() / 1_000_000_000)
        .isBetween(995L, 1_005L);
    third.close();
  }

  private static byte[] lease(long id, long seconds) {
    return new ProtoWriter().number(1, seconds).number(2, id).toByteArray();
  }

  @Test
  void aRequestThatGetsNoAnswerTimesOut() {
    var lone = new LoneMember(new MemoryDisk(1), 10_000, 1);
    lone.await(lone.member().publish());
    CompletableFuture<Outcome> put = lone.put("k", "v");
    lone.runWithout(LogLoop.class, 690); // 5 s and two election timeouts of 1 s each
    assertThat(put).isNotDone();
    lone.runWithout(LogLoop.class, 20);
    assertThat(put)
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isInstanceOfSatisfying(
            NodeException.Timeout.class,
            timeout -> assertThat(timeout.cause()).isEqualTo(NodeException.TimeoutCause.UNKNOWN));
    // It may still take effect, and here does.
    lone.run(10);
    assertThat(lone.has("k")).isTrue();
    lone.close();
  }

  @Test
  void whatIsAppliedTooSlowlyTakesNoMoreRequests() {
    var lone = new LoneMember(new MemoryDisk(1), 100_000, 1);
    lone.await(lone.member().publish());
    var puts = new ArrayList<CompletableFuture<Outcome>>();
    for (int i = 0; i <= Member.MAX_APPLY_LAG; i++) {
      puts.add(lone.put("k" + i, "v"));
    }
    lone.runWithout(ApplyLoop.class, 20);
    assertThat(lone.put("one too many", "v"))
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(NodeException.TooManyRequests.class);
    lone.run(20);
    assertThat(puts).allMatch(CompletableFuture::isDone);
    lone.await(lone.put("again", "v"));
    lone.close();
  }

  @Test
  void aRequestBeyondTheLimitAndOneOfAStoppedMemberAreRefused() {
    var lone = new LoneMember(new MemoryDisk(1), 10_000, 1);
    lone.await(lone.member().publish());
    assertThat(lone.put("k", "v".repeat(1 << 20)))
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(NodeException.RequestTooLarge.class);
    CompletableFuture<Outcome> waiting = lone.put("k", "v");
    lone.member().stop();
    for (CompletableFuture<Outcome> put : List.of(waiting, lone.put("k", "v"))) {
      assertThat(put)
          .failsWithin(Duration.ZERO)
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(NodeException.Stopped.class);
    }
    lone.close();
  }

  /** Files that nobody needs any more go, half a minute later at most; the newest five stay. */
  @Test
  void oldSegmentsAndSnapshotsArePurged() {
    var disk = new MemoryDisk(1);
    var lone = new LoneMember(disk, 50, 1);
    lone.await(lone.member().publish());
    String value = "v".repeat(4_000);
    for (int i = 0; i < 1_000; i++) {
      lone.await(lone.put("k" + i % 10, value));
    }
    assertThat(files(disk, "snap", ".snap")).hasSizeGreaterThan(5);
    assertThat(files(disk, "wal", ".wal")).hasSizeGreaterThan(5);
    String newest = files(disk, "snap", ".snap").last();
    lone.run(3_100);
    assertThat(files(disk, "snap", ".snap")).hasSize(5).contains(newest);
    assertThat(files(disk, "wal", ".wal")).hasSize(5);
    long revision = lone.revision();
    long hash = lone.hash(revision);
    lone.close();
    var again = new LoneMember(disk, 50, 1_000);
    again.await(again.member().publish());
    assertThat(again.hash(revision)).isEqualTo(hash);
    again.close();
  }

  private static TreeSet<String> files(MemoryDisk disk, String folder, String end) {
    var files = new TreeSet<>(disk.list(Path.of("/data/member").resolve(folder)));
    files.removeIf(name -> !name.endsWith(end));
    return files;
  }

  /** The power is cut at ever later operations of a life with puts, commits and snapshots. */
  @ParameterizedTest
  @EnumSource(Fate.class)
  void nothingAcknowledgedIsLostWhereverThePowerIsCut(Fate fate) {
    int step = Boolean.getBoolean("long") ? 1 : 41;
    for (int cut = 1; cut < 700; cut += step) {
      var disk = new MemoryDisk(cut);
      disk.cutPowerAfter(cut);
      List<String> acknowledged = liveUntilTheCut(disk);
      var after = new LoneMember(disk.restart(fate, cut), 20, 1000);
      after.await(after.member().publish());
      for (String key : acknowledged) {
        assertThat(after.has(key)).as("%s after a cut at operation %d", key, cut).isTrue();
      }
      after.close();
    }
  }

  private static List<String> liveUntilTheCut(MemoryDisk disk) {
    var acknowledged = new ArrayList<String>();
    try {
      var lone = new LoneMember(disk, 20, 1);
      lone.await(lone.member().publish());
      for (int i = 0; i < 120; i++) {
        String key = "k" + i;
        CompletableFuture<Outcome> put = lone.put(key, "v");
        lone.await(put);
        acknowledged.add(key);
        lone.run(3);
      }
    } catch (PowerCut powerIsOff) {
      return acknowledged;
    }
    return acknowledged;
  }
}
