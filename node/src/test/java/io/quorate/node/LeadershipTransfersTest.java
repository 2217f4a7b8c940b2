package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.io.fixture.RecordingLogger;
import io.quorate.node.loop.Inbox;
import io.quorate.node.port.Transport;
import io.quorate.statemachine.membership.MembershipView;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LeadershipTransfersTest {
  private final RecordingLogger log = new RecordingLogger();
  private final LeadershipTransfers transfers =
      new LeadershipTransfers(
          0xa,
          new Inbox<>(),
          () -> RaftView.UNKNOWN,
          () -> MembershipView.EMPTY,
          Transport.NONE,
          new TestClock(0),
          log);

  @Test
  void whoGivesUpDoesSoForNobodyElse() {
    CompletableFuture<Void> impatient = transfers.to(0xb);
    CompletableFuture<Void> patient = transfers.to(0xb);
    impatient.cancel(false);
    assertThat(patient).isNotDone();
    transfers.leads(0xc);
    assertThat(patient).isNotDone();
    transfers.leads(0xb);
    assertThat(patient).isCompleted();
  }

  /** Long after it was given up the target may lead for another reason. */
  @Test
  void whatWasGivenUpIsNotSaidToFinish() {
    transfers.to(0xb).cancel(false);
    transfers.leads(0xb);
    assertThat(log.lines).hasSize(1).first().asString().contains("leadership transfer starting");
  }
}
