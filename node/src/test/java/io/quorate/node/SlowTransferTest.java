package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.io.fixture.RecordingLogger;
import org.junit.jupiter.api.Test;

class SlowTransferTest {
  private static final long SECOND = 1_000_000_000L;
  private final TestClock clock = new TestClock(SECOND);
  private final RecordingLogger log = new RecordingLogger();

  @Test
  void aSmallOneIsNamedEveryThirtySeconds() {
    var transfer = new SlowTransfer(20_480, clock, log);
    clock.pass(30 * SECOND - 1);
    transfer.goesOn();
    assertThat(log.lines).isEmpty();
    clock.pass(1);
    transfer.goesOn();
    transfer.goesOn();
    assertThat(log.lines)
        .containsExactly(
            "WARN snapshotting taking too long to transfer taking=PT30S bytes=20480 size=20 kB");
    clock.pass(30 * SECOND);
    transfer.goesOn();
    assertThat(log.lines).hasSize(2);
  }

  @Test
  void aBigOneMayTakeAsLongAsAHundredMebibytesASecond() {
    var transfer = new SlowTransfer(100L * 60 << 20, clock, log);
    clock.pass(60 * SECOND - 1_000);
    transfer.goesOn();
    assertThat(log.lines).isEmpty();
    clock.pass(2_000);
    transfer.goesOn();
    assertThat(log.lines).hasSize(1);
  }
}
