package io.quorate.node;

import io.quorate.io.Clock;

/** A clock that the test moves. */
public final class TestClock implements Clock {
  private long nanos;

  public TestClock(long nanos) {
    this.nanos = nanos;
  }

  void pass(long more) {
    nanos += more;
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public long epochMillis() {
    return nanos / 1_000_000;
  }
}
