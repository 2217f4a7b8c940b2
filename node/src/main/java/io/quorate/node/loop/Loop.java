package io.quorate.node.loop;

/** A piece of a member that owns state and no thread. Called by one thread at a time. */
public interface Loop {
  /** What {@link #poll} returns when only something new can give it more to do. */
  long UNTIL_WOKEN = Long.MAX_VALUE;

  /**
   * Does a bounded batch of what has queued and of what is due at {@code nowNanos} on the member's
   * monotonic clock.
   *
   * @return in how many nanoseconds it wants to be called again although nothing new has come: 0
   *     when more is waiting, {@link #UNTIL_WOKEN} when nothing is
   */
  long poll(long nowNanos);
}
