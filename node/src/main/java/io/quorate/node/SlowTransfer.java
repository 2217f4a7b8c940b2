package io.quorate.node;

import io.quorate.gotext.GoBytes;
import io.quorate.io.Clock;
import java.time.Duration;
import org.slf4j.Logger;

/**
 * Says of a snapshot on its way that it takes long (spec/storage.md 2.9): every 30 s, or as often
 * as 100 MiB/s would have sent it whole. One thread.
 */
public final class SlowTransfer {
  private static final long LEAST_NANOS = 30_000_000_000L;
  private static final double BYTES_PER_NANO = 100.0 * (1 << 20) / 1e9;

  private final long bytes;
  private final Clock clock;
  private final Logger log;
  private final long periodNanos;
  private final long startNanos;
  private long nextNanos;

  /** The transfer of {@code bytes} begins now. */
  public SlowTransfer(long bytes, Clock clock, Logger log) {
    this.bytes = bytes;
    this.clock = clock;
    this.log = log;
    periodNanos = Math.max(LEAST_NANOS, (long) (bytes / BYTES_PER_NANO));
    startNanos = clock.nanos();
    nextNanos = startNanos + periodNanos;
  }

  /** The transfer still goes on. To be called now and then, also while the receiver hangs. */
  public void goesOn() {
    long now = clock.nanos();
    if (now - nextNanos < 0) {
      return;
    }
    nextNanos = now + periodNanos;
    log.atWarn()
        .addKeyValue("taking", Duration.ofNanos(now - startNanos))
        .addKeyValue("bytes", bytes)
        .addKeyValue("size", GoBytes.format(bytes))
        .log("snapshotting taking too long to transfer");
  }
}
