package io.quorate.io;

/** The two clocks of a member. Any thread. */
public interface Clock {
  /** Monotonic nanoseconds from an arbitrary origin; differences alone have a meaning. */
  long nanos();

  /** Wall-clock milliseconds since the Unix epoch, which may jump in both directions. */
  long epochMillis();
}
