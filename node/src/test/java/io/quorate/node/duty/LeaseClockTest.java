package io.quorate.node.duty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LeaseClockTest {
  private static final long SECOND = 1_000_000_000L;
  private final LeaseClock clock = new LeaseClock();

  @Test
  void noLeaseEndsWhereNobodyLeads() {
    clock.granted(7, 5, 0);
    assertThat(clock.ended(100 * SECOND, 10)).isEmpty();
    assertThat(clock.renew(7, 0)).isZero();
  }

  @Test
  void aNewLeaderGivesEveryLeaseItsTimeAgainAndAnElectionMore() {
    clock.promote(
        List.of(new LeaseClock.Lease(7, 10, 0), new LeaseClock.Lease(8, 10, 3)), 0, SECOND);
    assertThat(clock.ended(4 * SECOND - 1, 10)).isEmpty();
    assertThat(clock.ended(4 * SECOND, 10)).containsExactly(8L);
    assertThat(clock.ended(11 * SECOND, 10)).containsExactly(7L);
  }

  @Test
  void aRenewalMovesTheEnd() {
    clock.promote(List.of(), 0, 0);
    clock.granted(7, 5, 0);
    assertThat(clock.renew(7, 4 * SECOND)).isEqualTo(5);
    assertThat(clock.ended(5 * SECOND, 10)).isEmpty();
    assertThat(clock.ended(9 * SECOND, 10)).containsExactly(7L);
  }

  @Test
  void whatHasEndedCannotBeRenewed() {
    clock.promote(List.of(), 0, 0);
    clock.granted(7, 5, 0);
    assertThat(clock.renew(7, 5 * SECOND)).isZero();
    assertThat(clock.hasEnded(7, 5 * SECOND)).isTrue();
  }

  @Test
  void anEndIsHandedOutOnceUntilItIsRetried() {
    clock.promote(List.of(), 0, 0);
    clock.granted(7, 5, 0);
    assertThat(clock.ended(6 * SECOND, 10)).containsExactly(7L);
    assertThat(clock.ended(7 * SECOND, 10)).isEmpty();
    clock.retry(7, 8 * SECOND);
    assertThat(clock.ended(8 * SECOND, 10)).containsExactly(7L);
    clock.revoked(7);
    clock.retry(7, 9 * SECOND);
    assertThat(clock.ended(9 * SECOND, 10)).isEmpty();
  }

  @Test
  void manyLeasesThatWouldEndTogetherAreSpread() {
    var all = new ArrayList<LeaseClock.Lease>();
    for (long id = 1; id <= 5000; id++) {
      all.add(new LeaseClock.Lease(id, 10, 0));
    }
    clock.promote(all, 0, 0);
    var perSecond = new TreeMap<Long, Integer>();
    for (long t = 0; t < 60 * SECOND; t += SECOND / 10) {
      perSecond.merge(t / SECOND, clock.ended(t, 10_000).size(), Integer::sum);
    }
    assertThat(perSecond.values().stream().mapToInt(n -> n).sum()).isEqualTo(5000);
    assertThat(perSecond.values()).allSatisfy(n -> assertThat(n).isLessThanOrEqualTo(751));
  }
}
