package io.quorate.mvcc;

import java.time.Duration;

/**
 * @param compactionBatchLimit records looked at in one batch ({@code --compaction-batch-limit})
 * @param compactionSleepInterval pause between batches ({@code --compaction-sleep-interval})
 */
public record MvccOptions(int compactionBatchLimit, Duration compactionSleepInterval) {
  public static final MvccOptions DEFAULT = new MvccOptions(1000, Duration.ofMillis(10));
}
