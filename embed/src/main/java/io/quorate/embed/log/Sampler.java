package io.quorate.embed.log;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Keeps a repeated message from flooding the log: in each second the first 100 lines of one level
 * and message pass, then every 100th. As in zap, messages share one of 4,096 counters by hash. Any
 * thread.
 */
final class Sampler {
  private static final int SLOTS = 4096;
  private static final int FIRST = 100;
  private static final int THEREAFTER = 100;

  // Second of the epoch in the upper half, lines in it in the lower.
  private final AtomicLongArray counters = new AtomicLongArray(SLOTS * LogLevel.values().length);

  boolean passes(LogLevel level, String message, long epochMillis) {
    int slot = level.ordinal() * SLOTS + (message.hashCode() & (SLOTS - 1));
    long second = epochMillis / 1000 & 0xffffffffL;
    long state =
        counters.updateAndGet(slot, old -> old >>> 32 == second ? old + 1 : second << 32 | 1);
    long count = state & 0xffffffffL;
    return count <= FIRST || (count - FIRST) % THEREAFTER == 0;
  }
}
