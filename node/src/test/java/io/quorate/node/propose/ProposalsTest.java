package io.quorate.node.propose;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.NodeException;
import io.quorate.node.NodeException.TimeoutCause;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who waits for an answer, and for how long. */
class ProposalsTest {
  private final Proposals<String> proposals = new Proposals<>();

  private long expire(long nowNanos) {
    return proposals.expire(nowNanos, late -> new NodeException.Timeout(TimeoutCause.UNKNOWN));
  }

  @Test
  void whoWaitsTooLongIsToldSo() {
    var first = proposals.register(1, 0, 5);
    var second = proposals.register(2, 3, 5);
    assertThat(expire(4)).isEqualTo(1);
    assertThat(expire(5)).isEqualTo(3);
    assertThat(first.future())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(NodeException.Timeout.class);
    proposals.complete(2, "done");
    assertThat(second.future()).isCompletedWithValue("done");
    assertThat(proposals.size()).isZero();
  }

  /** A physical compaction, once it is applied. */
  @Test
  void whatIsAppliedMayTakeAsLongAsItTakes() {
    var compaction = proposals.register(1, 0, 5);
    var put = proposals.register(2, 3, 5);
    proposals.unlimit(1);
    assertThat(expire(7)).isEqualTo(1);
    assertThat(expire(8)).isEqualTo(Long.MAX_VALUE);
    assertThat(put.future()).isCompletedExceptionally();
    assertThat(compaction.future()).isNotDone();
    proposals.complete(1, "compacted");
    assertThat(compaction.future()).isCompletedWithValue("compacted");
  }

  @Test
  void nobodyWaitsForAMemberThatStops() {
    var compaction = proposals.register(1, 0, 5);
    proposals.unlimit(1);
    assertThat(expire(9)).isEqualTo(Long.MAX_VALUE);
    proposals.stop();
    assertThat(compaction.future()).isCompletedExceptionally();
    assertThat(proposals.register(2, 9, 5).future()).isCompletedExceptionally();
  }
}
