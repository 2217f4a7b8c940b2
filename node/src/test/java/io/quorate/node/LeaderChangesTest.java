package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.io.memory.MemoryDisk;
import io.quorate.node.NodeException.TimeoutCause;
import io.quorate.node.loop.RaftLoop;
import io.quorate.statemachine.Outcome;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What becomes of requests whose leader is lost or changes meanwhile, and which of the texts they
 * get (spec/raft.md 9.6, 9.7). Elections take 1 to 2 s of the members' time, requests at most 7.
 */
class LeaderChangesTest {
  private final SmallCluster cluster = new SmallCluster(3, LoneMember.Setup.DEFAULT).start();
  private final int old = cluster.leader();

  @AfterEach
  void close() {
    cluster.close();
  }

  private static NodeException failure(CompletableFuture<?> request) {
    return (NodeException) request.exceptionNow();
  }

  private static TimeoutCause cause(CompletableFuture<?> request) {
    assertThat(failure(request)).isInstanceOf(NodeException.Timeout.class);
    return ((NodeException.Timeout) failure(request)).cause();
  }

  // ---- reads ----

  @Test
  void aReadThatWaitsWhileTheLeaderChangesFails() {
    cluster.lose(old);
    var atFollower = cluster.member(cluster.another(old)).linearizable();
    var atOld = cluster.member(old).linearizable();
    int leader = cluster.leaderAfter(old);
    cluster.until(() -> !cluster.member(old).raft().hasLeader());
    assertThat(failure(atFollower)).isInstanceOf(NodeException.LeaderChanged.class);
    // Losing its leader alone fails no read.
    assertThat(atOld).isNotDone();
    cluster.heal();
    cluster.until(() -> cluster.member(old).raft().leader() == cluster.id(leader));
    assertThat(failure(atOld)).isInstanceOf(NodeException.LeaderChanged.class);
    // The next one is answered by the new leader.
    var next = cluster.member(old).linearizable();
    cluster.await(next);
    assertThat(next).isCompleted();
  }

  @Test
  void aReadWithoutALeaderTimesOut() {
    int follower = cluster.another(old);
    cluster.lose(old);
    cluster.lose(follower);
    cluster.until(() -> !cluster.member(follower).raft().hasLeader());
    var read = cluster.member(follower).linearizable();
    cluster.run(6_900);
    assertThat(read).isNotDone();
    cluster.run(200);
    assertThat(cause(read)).isEqualTo(TimeoutCause.UNKNOWN);
  }

  // ---- writes ----

  /** Never taken by raft: whoever asks learns no more than that his time is over. */
  @Test
  void aWriteWithoutALeaderIsNotProposed() {
    int follower = cluster.another(old);
    cluster.lose(old);
    cluster.lose(follower);
    cluster.until(() -> !cluster.member(follower).raft().hasLeader());
    var put = cluster.put(follower, "a");
    cluster.run(6_900);
    assertThat(put).isNotDone();
    cluster.run(200);
    assertThat(failure(put)).isInstanceOf(NodeException.NotProposed.class);
    cluster.heal();
    cluster.run(5_000);
    assertThat(cluster.member(follower).stores().mvcc().revision()).isEqualTo(1);
  }

  /** Sent to the leader that is gone; its successor thinks of that, others do not. */
  @Test
  void theSuccessorBlamesThePreviousLeader() {
    int one = cluster.another(old);
    int other = cluster.another(old, one);
    cluster.lose(old);
    var puts = Map.of(one, cluster.put(one, "a"), other, cluster.put(other, "b"));
    var atOld = cluster.put(old, "c");
    long began = cluster.nanos();
    int successor = cluster.leaderAfter(old);
    assertThat(cluster.nanos() - began).isLessThan(2_000_000_000L);
    cluster.run(7_000);
    assertThat(cause(puts.get(successor))).isEqualTo(TimeoutCause.LEADER_FAILURE);
    assertThat(cause(puts.get(cluster.another(old, successor)))).isEqualTo(TimeoutCause.UNKNOWN);
    assertThat(cause(atOld)).as("took it, and leads no more").isEqualTo(TimeoutCause.UNKNOWN);
  }

  /** More than two election timeouts before the election: then that is not why. */
  @Test
  void anElderRequestIsNotBlamedOnThePreviousLeader() {
    int one = cluster.another(old);
    int other = cluster.another(old, one);
    for (int i = 0; i < 3; i++) {
      cluster.lose(i);
    }
    var puts = Map.of(one, cluster.put(one, "a"), other, cluster.put(other, "b"));
    cluster.run(3_000);
    cluster.heal();
    cluster.lose(old);
    int successor = cluster.leaderAfter(old);
    cluster.run(7_000);
    assertThat(cause(puts.get(successor))).isEqualTo(TimeoutCause.UNKNOWN);
  }

  /** A follower whose connection to the leader broke meanwhile, too shortly for an election. */
  @Test
  void aFollowerBlamesTheConnectionToItsLeader() {
    int follower = cluster.another(old);
    cluster.cut(follower);
    var put = cluster.put(follower, "a");
    cluster.run(300);
    cluster.heal();
    cluster.run(6_000);
    assertThat(put).isNotDone();
    cluster.run(1_000);
    assertThat(cluster.member(follower).raft().leader()).isEqualTo(cluster.id(old));
    assertThat(cause(put)).isEqualTo(TimeoutCause.CONNECTION_LOST);
  }

  /** The same without a break that anybody could notice. */
  @Test
  void whereNoConnectionBrokeNoneIsBlamed() {
    int follower = cluster.another(old);
    cluster.lose(follower);
    var put = cluster.put(follower, "a");
    cluster.run(300);
    cluster.heal();
    cluster.run(7_000);
    assertThat(cluster.member(follower).raft().leader()).isEqualTo(cluster.id(old));
    assertThat(cause(put)).isEqualTo(TimeoutCause.UNKNOWN);
  }

  /** A new leader that was connected to nobody when the request began. */
  @Test
  void aLeaderBlamesItsConnectionsToTheOthers() {
    int one = cluster.another(old);
    int other = cluster.another(old, one);
    for (int i = 0; i < 3; i++) {
      cluster.cut(i);
    }
    var puts = Map.of(one, cluster.put(one, "a"), other, cluster.put(other, "b"));
    cluster.run(3_000);
    cluster.heal();
    cluster.cut(old);
    int successor = cluster.leaderAfter(old);
    cluster.run(7_000);
    assertThat(cause(puts.get(successor))).isEqualTo(TimeoutCause.CONNECTION_LOST);
    assertThat(cause(puts.get(cluster.another(old, successor))))
        .isEqualTo(TimeoutCause.CONNECTION_LOST);
  }

  /** A renewal waits for what is committed, for a second; here a change waits for raft. */
  @Test
  void whatWaitsTooLongForTheAppliedIndexSaysSo() {
    var lone = new LoneMember(new MemoryDisk(1), LoneMember.Setup.DEFAULT);
    lone.await(lone.member().publish());
    var learner = io.quorate.statemachine.membership.Member.of(9, List.of("http://new:1"), true);
    var change = lone.member().changes().add(learner);
    while (lone.member().raft().committed() == lone.member().applied().index()) {
      lone.run(1);
    }
    var renewal = lone.member().leases().renewHere(7);
    lone.runWithout(RaftLoop.class, 100);
    assertThat(renewal).isNotDone();
    lone.runWithout(RaftLoop.class, 2);
    assertThat(renewal).isCompletedExceptionally();
    var why = renewal.handle((ttl, failure) -> failure.getCause()).join();
    assertThat(why)
        .isInstanceOfSatisfying(
            NodeException.Timeout.class,
            timeout -> assertThat(timeout.cause()).isEqualTo(TimeoutCause.APPLIED_INDEX));
    assertThat(lone.await(change)).isNotInstanceOf(Outcome.Refused.class);
    assertThat(lone.await(lone.member().leases().renewHere(7))).isZero();
    lone.close();
  }
}
