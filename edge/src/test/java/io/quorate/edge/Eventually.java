package io.quorate.edge;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** For what another process or the kernel does in its own time. */
final class Eventually {
  private Eventually() {}

  static void holds(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("does not come true");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  /**
   * Waits until a number that grows has stood still for a while. On a busy machine it may only be
   * resting: good for bounds from above, not for what it will have become.
   */
  static void settles(LongSupplier number) {
    long last = -1;
    long since = System.nanoTime();
    while (last <= 0 || System.nanoTime() - since < TimeUnit.MILLISECONDS.toNanos(300)) {
      long now = number.getAsLong();
      if (now != last) {
        last = now;
        since = System.nanoTime();
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
