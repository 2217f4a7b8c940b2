package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Leases where the leader, whose clock they live by, changes (spec/api.md 9). */
class LeasesOfAClusterTest {
  private static final long SECOND = 1_000_000_000L;
  private SmallCluster cluster = new SmallCluster(3, LoneMember.Setup.DEFAULT);

  @AfterEach
  void close() {
    cluster.close();
  }

  private long secondsLeft(int i, long lease) {
    return cluster.member(i).leases().nanosLeft(lease).orElseThrow() / SECOND;
  }

  private void isEverywhere(long lease) {
    for (int i = 0; i < cluster.size(); i++) {
      assertThat(cluster.lease(i, lease)).as("lease %d on m%d", lease, i).isPresent();
    }
  }

  // ---- checkpoints ----

  /** Five minutes later each member has in its log what was left, and whoever leads goes by it. */
  @Test
  void whatACheckpointLeftIsLeftWithTheNextLeader() {
    cluster = new SmallCluster(3, LoneMember.Setup.DEFAULT.withLeaseCheckpoints()).start();
    int old = cluster.leader();
    cluster.grant(old, 7, 1_000);
    cluster.run(300_500);
    for (int i = 0; i < cluster.size(); i++) {
      assertThat(cluster.lease(i, 7).orElseThrow().remainingTtlSeconds())
          .as("m%d", i)
          .isBetween(698L, 702L);
    }
    int next = successorOf(old);
    assertThat(secondsLeft(next, 7)).isBetween(695L, 703L);
    // A renewal makes the checkpoint void for every later leader.
    var renewal = cluster.member(next).leases().renewHere(7);
    cluster.await(renewal);
    assertThat(renewal).isCompletedWithValue(1_000L);
    cluster.start(old, LoneMember.Setup.DEFAULT);
    cluster.run(2_000);
    int last = successorOf(next);
    assertThat(secondsLeft(last, 7)).isBetween(990L, 1_001L);
  }

  /** Without the gate a new leader knows nothing of the time that has passed. */
  @Test
  void withoutCheckpointsANewLeaderGivesALeaseAllItsTime() {
    cluster.start();
    int old = cluster.leader();
    cluster.grant(old, 7, 1_000);
    cluster.run(300_500);
    int next = successorOf(old);
    assertThat(secondsLeft(next, 7)).isBetween(995L, 1_001L);
  }

  /** Stops the leader {@code old}; who leads after it, and has applied something as leader. */
  private int successorOf(int old) {
    cluster.stop(old);
    int next = cluster.leaderAfter(old);
    cluster.surelyPut(next, "a");
    return next;
  }

  // ---- who may end a lease ----

  /** It ends by the clock of a leader that is cut off and does not know it yet. */
  @ParameterizedTest
  @ValueSource(longs = {4_200, 4_900})
  void aLeaderThatIsCutOffEndsNoLease(long cutAtMillis) {
    cluster.start();
    int old = cluster.leader();
    cluster.grant(old, 7, 5);
    long granted = cluster.nanos();
    cluster.run(cutAtMillis);
    cluster.lose(old);
    cluster.run(900);
    assertThat(cluster.nanos() - granted).isGreaterThan(5 * SECOND);
    assertThat(cluster.member(old).raft().leads()).isTrue();
    int next = cluster.leaderAfter(old);
    cluster.surelyPut(next, "a");
    isEverywhere(7);
    // Its time begins again; the old leader is back, and follows.
    cluster.heal();
    cluster.run(4_000);
    assertThat(cluster.member(old).raft().leads()).isFalse();
    assertThat(cluster.member(old).leases().isPrimary()).isFalse();
    isEverywhere(7);
    cluster.run(4_000);
    for (int i = 0; i < cluster.size(); i++) {
      assertThat(cluster.lease(i, 7)).as("on m%d", i).isEmpty();
    }
  }

  /** Meanwhile another leads, and the lease was renewed there. */
  @Test
  void aLeaderThatWasPausedEndsNoLease() {
    cluster.start();
    int old = cluster.leader();
    cluster.grant(old, 7, 5);
    cluster.run(3_000);
    cluster.pause(old);
    int next = cluster.leaderAfter(old);
    cluster.surelyPut(next, "a");
    cluster.run(3_000);
    var renewal = cluster.member(next).leases().renewHere(7);
    cluster.await(renewal);
    assertThat(renewal).isCompletedWithValue(5L);
    // The thread that looks after leases wakes first.
    var duties =
        cluster.member(old).loops().stream()
            .filter(loop -> loop.thread().equals("etcd-duty"))
            .findFirst()
            .orElseThrow();
    assertThat(cluster.member(old).raft().leads()).as("for all it knows").isTrue();
    duties.loop().poll(cluster.nanos());
    cluster.resume(old);
    cluster.run(4_000);
    isEverywhere(7);
    assertThat(cluster.log(old))
        .anyMatch(line ->
            line.startsWith(
                "WARN Ignore the lease revoking request because current member isn't a leader"));
  }

  // ---- who knows the time ----

  /** Clients of the original retry on these words, and only on these (spec/api.md 9). */
  @Test
  void aLeaderThatIsDemotedWhileItIsAskedForATimeSaysThatTheLeaderChanged() {
    cluster.start();
    int old = cluster.leader();
    cluster.grant(old, 7, 60);
    var leases = cluster.member(old).leases();
    var time = leases.timeToLive(7, false, leases::demoted);
    cluster.await(time);
    assertThat(time.handle((left, failure) -> failure.getCause()).join())
        .isInstanceOf(NodeException.LeaderChanged.class);
    assertThatThrownBy(() -> leases.timeHere(7, false))
        .as("another member asks on")
        .isInstanceOf(NodeException.NotPrimaryLessor.class);
  }

  /** Alone it leads as soon as it notices; until then it must not say that there is no lease. */
  @Test
  void whoIsLeftOfTwoKnowsNoTimeBeforeItLeads() {
    cluster = new SmallCluster(2, LoneMember.Setup.DEFAULT).start();
    int old = cluster.leader();
    int left = cluster.another(old);
    cluster.grant(old, 7, 60);
    cluster.run(6_000);
    cluster.member(old).changes().remove(cluster.id(old));
    cluster.until(() -> cluster.member(left).stores().membership().view().members().size() == 1);
    assertThat(cluster.member(left).leases().isPrimary()).isFalse();
    var time = cluster.member(left).leases().timeToLive(7, false, () -> {});
    var renewal = cluster.member(left).leases().renew(7, () -> {});
    cluster.stop(old);
    cluster.await(time);
    cluster.await(renewal);
    assertThat(time.join().grantedSeconds()).isEqualTo(60);
    assertThat(time.join().ttlSeconds()).isGreaterThan(55);
    assertThat(renewal).isCompletedWithValue(60L);
  }

  // ---- who may renew one ----

  /** It asks the others first, who know better. */
  @Test
  void aLeaderThatWasPausedRenewsNoLease() {
    cluster.start();
    int old = cluster.leader();
    cluster.grant(old, 7, 60);
    cluster.pause(old);
    int next = cluster.leaderAfter(old);
    cluster.surelyPut(next, "a");
    var renewal = cluster.member(old).leases().renewHere(7);
    cluster.resume(old);
    cluster.await(renewal);
    assertThat(renewal).isCompletedExceptionally();
    assertThat(renewal.handle((ttl, failure) -> failure.getCause()).join())
        .isInstanceOf(NodeException.NotPrimaryLessor.class);
  }

  /** The end that a renewal waits for does not come from a leader that leads no more. */
  @Test
  void whoRenewedTooLateIsToldWhenTheLeaderStepsDown() {
    cluster.start();
    int old = cluster.leader();
    cluster.grant(old, 7, 5);
    cluster.run(4_900);
    cluster.lose(old);
    cluster.run(200);
    var renewal = cluster.member(old).leases().renewHere(7);
    cluster.run(50);
    assertThat(renewal).as("waits for the end of the lease").isNotDone();
    cluster.until(() -> !cluster.member(old).raft().leads());
    assertThat(renewal).isDone();
    assertThat(renewal.handle((ttl, failure) -> failure.getCause()).join())
        .isInstanceOf(NodeException.NotPrimaryLessor.class);
  }
}
