package io.quorate.io.os;

import io.quorate.io.Clock;

/** The clocks of the machine. */
public final class OsClock implements Clock {
  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public long epochMillis() {
    return System.currentTimeMillis();
  }
}
