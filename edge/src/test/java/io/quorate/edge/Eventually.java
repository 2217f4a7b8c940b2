package io.quorate.edge;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** For what another process or the kernel does in its own time. */
final class Eventually {
  private Eventually() {}

  static void holds(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("does not come true");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
