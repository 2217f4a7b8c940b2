package io.quorate.metrics.registry;

import java.util.concurrent.atomic.AtomicLong;

/** What goes up and down, in whole numbers. Any thread. */
public final class Gauge {
  private final AtomicLong now = new AtomicLong();

  Gauge() {}

  public void set(long value) {
    now.set(value);
  }

  public void add(long amount) {
    now.addAndGet(amount);
  }

  public long value() {
    return now.get();
  }
}
