package io.quorate.metrics.registry;

import java.util.concurrent.atomic.LongAdder;

/** What only grows. Any thread. */
public final class Counter {
  private final LongAdder sum = new LongAdder();

  Counter() {}

  public void inc() {
    sum.increment();
  }

  /**
   * @param amount not negative
   */
  public void add(long amount) {
    if (amount != 0) {
      sum.add(amount);
    }
  }

  public long value() {
    return sum.sum();
  }
}
