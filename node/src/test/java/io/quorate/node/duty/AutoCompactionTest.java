package io.quorate.node.duty;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.io.fixture.RecordingLogger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

class AutoCompactionTest {
  private static final long MINUTE = 60_000_000_000L;
  private final List<Long> compacted = new ArrayList<>();
  private long revision;

  private CompletableFuture<?> compact(long at) {
    compacted.add(at);
    return CompletableFuture.completedFuture(null);
  }

  @Test
  void periodicCompactsToTheRevisionOfOnePeriodAgo() {
    var compaction =
        AutoCompaction.periodic(
            Duration.ofMinutes(10), () -> revision, this::compact, NOPLogger.NOP_LOGGER);
    compaction.resume();
    for (int minute = 0; minute <= 30; minute++) {
      revision = 100 + minute;
      compaction.poll(minute * MINUTE);
    }
    assertThat(compacted).containsExactly(100L, 110L, 120L);
  }

  @Test
  void whileAnotherLeadsItSamplesButDoesNotCompact() {
    var compaction =
        AutoCompaction.periodic(
            Duration.ofMinutes(10), () -> revision, this::compact, NOPLogger.NOP_LOGGER);
    for (int minute = 0; minute <= 15; minute++) {
      revision = 100 + minute;
      compaction.poll(minute * MINUTE);
    }
    assertThat(compacted).isEmpty();
    compaction.resume();
    revision = 116;
    compaction.poll(16 * MINUTE);
    assertThat(compacted).containsExactly(106L);
  }

  @Test
  void aFailureIsTriedAgainAtTheNextSample() {
    var failing = new ArrayList<Long>();
    var compaction =
        AutoCompaction.periodic(
            Duration.ofMinutes(10),
            () -> revision,
            at -> {
              failing.add(at);
              return CompletableFuture.failedFuture(new IllegalStateException("no leader"));
            },
            NOPLogger.NOP_LOGGER);
    compaction.resume();
    for (int minute = 0; minute <= 12; minute++) {
      revision = 100 + minute;
      compaction.poll(minute * MINUTE);
    }
    assertThat(failing).containsExactly(100L, 101L, 102L);
  }

  @Test
  void byRevisionKeepsTheLastOnes() {
    var compaction =
        AutoCompaction.revisions(1000, () -> revision, this::compact, NOPLogger.NOP_LOGGER);
    compaction.resume();
    revision = 900;
    compaction.poll(0);
    compaction.poll(5 * MINUTE);
    revision = 1500;
    compaction.poll(10 * MINUTE);
    compaction.poll(15 * MINUTE);
    assertThat(compacted).containsExactly(500L);
  }

  /** As spec/server.md 7 has them. */
  @Test
  void itsLinesSayHowLongItTookAndWhenItTriesAgain() {
    var logger = new RecordingLogger();
    var answers = new ArrayList<CompletableFuture<Void>>();
    var compaction =
        AutoCompaction.periodic(
            Duration.ofMinutes(10),
            () -> revision,
            at -> {
              answers.add(new CompletableFuture<>());
              return answers.getLast();
            },
            logger);
    compaction.resume();
    revision = 100;
    for (int minute = 0; minute <= 10; minute++) {
      compaction.poll(minute * MINUTE);
    }
    answers.getLast().completeExceptionally(new IllegalStateException("no leader"));
    compaction.poll(11 * MINUTE);
    answers.getLast().complete(null);
    compaction.poll(12 * MINUTE);
    assertThat(logger.lines)
        .containsExactly(
            "INFO starting auto {} compaction revision=100 compact-period=PT10M",
            "WARN failed auto {} compaction revision=100 compact-period=PT10M"
                + " retry-interval=PT1M error=java.lang.IllegalStateException: no leader",
            "INFO starting auto {} compaction revision=100 compact-period=PT10M",
            "INFO completed auto {} compaction revision=100 compact-period=PT10M took=PT1M");
  }
}
