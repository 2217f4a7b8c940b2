package io.quorate.embed;

import io.quorate.metrics.MemberMetrics;
import io.quorate.metrics.ProcFiles;
import io.quorate.node.loop.Loop;
import java.time.Duration;
import org.slf4j.Logger;

/** Looks once in ten minutes how many files this process has open, and warns of too many. */
final class DescriptorWatch implements Loop {
  private static final long INTERVAL_NANOS = Duration.ofMinutes(10).toNanos();

  private final MemberMetrics metrics;
  private final Logger log;
  private boolean looked;
  private long nextNanos;

  DescriptorWatch(MemberMetrics metrics, Logger log) {
    this.metrics = metrics;
    this.log = log;
  }

  /** How many files this process may have open. */
  static long limit() {
    return (long) Math.min(ProcFiles.limit("Max open files"), Integer.MAX_VALUE);
  }

  @Override
  public long poll(long nowNanos) {
    if (!looked || nowNanos - nextNanos >= 0) {
      looked = true;
      nextNanos = nowNanos + INTERVAL_NANOS;
      look();
    }
    return nextNanos - nowNanos;
  }

  private void look() {
    long used = (long) ProcFiles.openDescriptors();
    long limit = limit();
    metrics.descriptors(used, limit);
    if (used >= limit / 5 * 4) {
      log.atWarn()
          .addKeyValue("used", used)
          .addKeyValue("limit", limit)
          .log("80% of file descriptors are used");
    }
  }
}
