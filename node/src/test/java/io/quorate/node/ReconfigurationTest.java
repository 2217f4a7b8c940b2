package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.message.Message;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.membership.Member;
import io.quorate.statemachine.membership.MemberIds;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Which changes of the membership are refused before they are proposed, since the cluster might not
 * survive them (spec/peer.md 8.4). A refusal leaves no trace with the others.
 */
class ReconfigurationTest {
  private final SmallCluster cluster = new SmallCluster(3, LoneMember.Setup.DEFAULT).start();
  private final int leader = cluster.leader();
  private final int one = cluster.another(leader);
  private final int other = cluster.another(leader, one);

  @BeforeEach
  void connectedForLong() {
    cluster.run(6_000);
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private CompletableFuture<Outcome> add(int through, String url, boolean learner) {
    long id = MemberIds.added(List.of(url), cluster.nanos() / 1_000_000_000);
    return cluster.member(through).changes().add(Member.of(id, List.of(url), learner));
  }

  private CompletableFuture<Outcome> remove(int through, long id) {
    return cluster.member(through).changes().remove(id);
  }

  private void succeeds(CompletableFuture<Outcome> change) {
    cluster.await(change);
    assertThat(change.join()).isNotInstanceOf(Outcome.Refused.class);
  }

  private void unhealthy(CompletableFuture<Outcome> change) {
    assertThat(change.isDone()).as("decided at once").isTrue();
    assertThat(change.exceptionNow()).isInstanceOf(NodeException.Unhealthy.class);
  }

  private void notEnoughStarted(CompletableFuture<Outcome> change) {
    assertThat(change.isDone()).as("decided at once").isTrue();
    assertThat(change.exceptionNow()).isInstanceOf(NodeException.NotEnoughStarted.class);
  }

  private String last(int i) {
    return cluster.log(i).getLast();
  }

  @Test
  void withOneOfThreeGoneNobodyIsAdded() {
    cluster.cut(other);
    cluster.run(3_000);
    RaftView before = cluster.member(leader).raft();
    for (int through : List.of(leader, one, other)) {
      unhealthy(add(through, "http://new:1", false));
      assertThat(last(through))
          .startsWith(
              "WARN rejecting member add request; local member has not been connected to majority"
                  + " peers, reconfigure breaks active quorum local-member-id="
                  + Long.toHexString(cluster.id(through))
                  + " requested-member-add={ID:")
          .endsWith("error=etcdserver: unhealthy cluster");
      unhealthy(add(through, "http://new:1", true));
    }
    cluster.run(3_000);
    RaftView after = cluster.member(leader).raft();
    assertThat(after).as("nothing was proposed, nobody campaigned").isEqualTo(before);
    assertThat(cluster.member(one).raft().leader()).isEqualTo(cluster.id(leader));
  }

  /** It is gone, or has just come: five seconds are wanted, and not one moment less. */
  @Test
  void whoCameWithinTheLastFiveSecondsDoesNotCount() {
    cluster.cut(other);
    cluster.run(500);
    cluster.heal();
    cluster.run(5_000);
    unhealthy(add(leader, "http://new:1", false));
    cluster.run(10);
    succeeds(add(leader, "http://new:1", false));
  }

  @Test
  void withOneOfThreeGoneOnlyThatOneIsRemoved() {
    cluster.cut(other);
    cluster.run(3_000);
    for (int through : List.of(leader, one)) {
      for (int victim : List.of(leader, one)) {
        unhealthy(remove(through, cluster.id(victim)));
        assertThat(last(through))
            .isEqualTo(
                "WARN rejecting member remove request; local member has not been connected to all"
                    + " peers, reconfigure breaks active quorum local-member-id="
                    + Long.toHexString(cluster.id(through))
                    + " requested-member-remove="
                    + Long.toHexString(cluster.id(victim))
                    + " active-peers=2 error=etcdserver: unhealthy cluster");
      }
    }
    // Who is cut off cannot have anybody removed but those it does not see, and they do not hear.
    unhealthy(remove(other, cluster.id(other)));
    var unheard = remove(other, cluster.id(one));
    succeeds(remove(one, cluster.id(other)));
    assertThat(cluster.member(leader).raft().confState().voters()).hasSize(2);
    assertThat(unheard).isNotDone();
  }

  @Test
  void whoHasNotStartedYetCountsAgainstWhoIsToCome() {
    succeeds(add(leader, "http://new:1", false));
    cluster.run(1_000);
    succeeds(add(leader, "http://new:2", false));
    cluster.run(1_000);
    // Three of five have started; of six it would be too few.
    notEnoughStarted(add(leader, "http://new:3", false));
    assertThat(cluster.log(leader).get(cluster.log(leader).size() - 2))
        .startsWith(
            "WARN rejecting member add; started member will be less than quorum"
                + " number-of-started-member=3 quorum=4");
    assertThat(last(leader))
        .startsWith("WARN rejecting member add request; not enough healthy members")
        .endsWith("error=etcdserver: re-configuration failed due to not enough started members");
    unhealthy(add(leader, "http://new:3", true));
  }

  @Test
  void whoHasNotStartedYetCountsAgainstWhoIsToGo() {
    succeeds(add(leader, "http://new:1", false));
    long unstarted =
        cluster.member(leader).stores().membership().view().voters().stream()
            .filter(voter -> !voter.started())
            .findFirst()
            .orElseThrow()
            .id();
    succeeds(remove(leader, cluster.id(other)));
    // Of the two that would be left only one has started.
    notEnoughStarted(remove(leader, cluster.id(one)));
    assertThat(last(leader))
        .isEqualTo(
            "WARN rejecting member remove request; not enough healthy members local-member-id="
                + Long.toHexString(cluster.id(leader))
                + " requested-member-remove-id="
                + Long.toHexString(cluster.id(one))
                + " error=etcdserver: re-configuration failed due to not enough started members");
    succeeds(remove(leader, unstarted));
  }

  // ---- without a leader ----

  /** The other two are gone; what is left may remove one of them, once somebody leads again. */
  private CompletableFuture<Outcome> removalWithoutLeader() {
    cluster.cut(leader);
    cluster.cut(other);
    cluster.until(() -> !cluster.member(one).raft().hasLeader());
    var removal = remove(one, cluster.id(other));
    cluster.run(20_000);
    assertThat(removal).isNotDone();
    return removal;
  }

  private boolean isStillMember() {
    return cluster.member(one).stores().membership().view().member(cluster.id(other)).isPresent();
  }

  @Test
  void aChangeWaitsForALeaderAsLongAsItsCallerDoes() {
    var removal = removalWithoutLeader();
    cluster.heal();
    succeeds(removal);
    assertThat(isStillMember()).isFalse();
  }

  /** Who was told that it failed need not fear that it happens later. */
  @Test
  void aChangeThatWasGivenUpIsNeverProposed() {
    removalWithoutLeader().cancel(false);
    cluster.heal();
    cluster.surelyPut(one, "a");
    cluster.run(5_000);
    assertThat(isStillMember()).isTrue();
  }

  /** Of two at once raft takes the second and passes it over: nobody ever answers it. */
  @Test
  void aChangeThatRaftPassesOverTimesOut() {
    var first = remove(leader, cluster.id(other));
    var second = remove(leader, cluster.id(one));
    succeeds(first);
    cluster.run(6_900);
    assertThat(second).isNotDone();
    cluster.run(200);
    assertThat(second.exceptionNow()).isInstanceOf(NodeException.Timeout.class);
    assertThat(cluster.member(leader).stores().membership().view().voters()).hasSize(2);
  }

  @Test
  void aChangeEndsWithTheMember() {
    var removal = removalWithoutLeader();
    cluster.stop(one);
    assertThat(removal.exceptionNow()).isInstanceOf(NodeException.Stopped.class);
  }

  /** Too far behind to count in a quorum. */
  @Test
  void aLearnerThatHasNothingYetIsNotPromoted() {
    succeeds(add(leader, "http://new:1", true));
    long learner = learners(leader).getFirst().id();
    var promotion = cluster.member(leader).changes().promoteHere(learner);
    cluster.await(promotion);
    assertThat(promotion.handle((done, failure) -> failure.getCause()).join())
        .isInstanceOf(NodeException.LearnerNotReady.class);
    assertThat(last(leader))
        .isEqualTo(
            "ERROR rejecting promote learner: learner is not ready learner-ready-percent=0"
                + " ready-percent-threshold=0.9");
    // Only the leader knows how far it is.
    var elsewhere = cluster.member(one).changes().promoteHere(learner);
    cluster.await(elsewhere);
    assertThat(elsewhere.handle((done, failure) -> failure.getCause()).join())
        .isInstanceOf(NodeException.NotLeader.class);
  }

  /** The leader's word, where this member is behind. */
  @Test
  void aPromotionThroughAFollowerIsAnsweredWithTheLeadersMembers() {
    succeeds(add(leader, "http://new:1", true));
    long learner = learners(leader).getFirst().id();
    cluster.until(() -> learners(one).size() == 1);
    RaftView raft = cluster.member(leader).raft();
    cluster
        .member(leader)
        .receive(
            Message.AppendResponse.accepted(
                learner, cluster.id(leader), raft.term(), raft.committed()),
            () -> {});
    cluster.run(100);
    // It has asked the leader, and hears nothing more but the answer.
    cluster.pause(leader);
    var promotion = cluster.member(one).changes().promote(learner, Optional.empty());
    cluster.run(100);
    cluster.pause(one);
    cluster.resume(leader);
    cluster.await(promotion);
    assertThat(promotion.join()).hasSize(4).noneMatch(Member::isLearner);
    assertThat(learners(one)).hasSize(1);
  }

  private List<Member> learners(int i) {
    return cluster.member(i).stores().membership().view().learners();
  }
}
