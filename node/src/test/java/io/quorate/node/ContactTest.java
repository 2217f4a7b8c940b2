package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.event.RoleType;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The election clock of a member that starts while others are there (spec/peer.md 4): as soon as
 * two can be reached, all but two of ten ticks count as over.
 */
class ContactTest {
  private static final long TICK_MILLIS = 100;
  private final SmallCluster cluster = new SmallCluster(3, LoneMember.Setup.DEFAULT).start();
  private final int leader = cluster.leader();
  private final int late = cluster.another(leader);
  private final int other = cluster.another(leader, late);

  @AfterEach
  void close() {
    cluster.close();
  }

  /** How long until it campaigns, if nobody tells it anything. */
  private long millisToCampaign(LoneMember.Setup how, Runnable meanwhile) {
    cluster.stop(late);
    cluster.log(late).clear();
    cluster.start(late, how);
    cluster.cut(late);
    long began = cluster.nanos();
    meanwhile.run();
    cluster.until(() -> cluster.member(late).raft().role() == RoleType.PRE_CANDIDATE);
    return (cluster.nanos() - began) / 1_000_000;
  }

  private static final LoneMember.Setup WITH = LoneMember.Setup.DEFAULT;
  private static final LoneMember.Setup WITHOUT = WITH.withoutTickAdvance();

  private List<String> said() {
    return cluster.log(late).stream()
        .filter(line -> line.contains("election tick"))
        .map(line -> line.replace(Long.toHexString(cluster.id(late)), "SELF"))
        .toList();
  }

  @Test
  void withTwoInReachItsClockIsPutForward() {
    long usual = millisToCampaign(WITHOUT, () -> {});
    assertThat(said())
        .containsExactly("INFO skipping initial election tick advance election-ticks=10");
    long advanced =
        millisToCampaign(
            WITH,
            () -> {
              cluster.meet(late, leader);
              cluster.meet(late, other);
            });
    assertThat(usual - advanced).isEqualTo(8 * TICK_MILLIS);
    assertThat(said())
        .containsExactly(
            "INFO starting initial election tick advance election-ticks=10",
            "INFO initialized peer connections; fast-forwarding election ticks"
                + " local-member-id=SELF forward-ticks=8 forward-duration=PT0.8S election-ticks=10"
                + " election-timeout=PT1S active-remote-members=2");
  }

  @Test
  void withOneInReachItIsNot() {
    long usual = millisToCampaign(WITHOUT, () -> {});
    assertThat(millisToCampaign(WITH, () -> cluster.meet(late, leader))).isEqualTo(usual);
    assertThat(said())
        .containsExactly("INFO starting initial election tick advance election-ticks=10");
  }

  /** It looks out for them for five seconds. */
  @Test
  void whoIsMetLaterThanThatChangesNothing() {
    millisToCampaign(WITH, () -> cluster.meet(late, leader));
    cluster.run(3_000);
    cluster.meet(late, other);
    cluster.run(100);
    assertThat(said()).hasSize(2);
    millisToCampaign(WITH, () -> cluster.meet(late, leader));
    cluster.run(5_100);
    cluster.meet(late, other);
    cluster.run(100);
    assertThat(said()).hasSize(1);
  }

  /** One of two never meets two. */
  @Test
  void twoMembersAreTooFew() {
    try (var two = new SmallCluster(2, LoneMember.Setup.DEFAULT).start()) {
      int follower = two.another(two.leader());
      two.stop(follower);
      two.log(follower).clear();
      two.start(follower, WITH);
      two.run(6_000);
      assertThat(two.log(follower))
          .filteredOn(line -> line.contains("election tick"))
          .containsExactly("INFO starting initial election tick advance election-ticks=10");
    }
  }
}
