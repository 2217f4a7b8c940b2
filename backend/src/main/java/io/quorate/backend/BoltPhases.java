package io.quorate.backend;

import io.quorate.bolt.BoltListener;
import io.quorate.io.Clock;

/** Times the phases of a commit. Backend thread. */
final class BoltPhases implements BoltListener {
  private final Clock clock;
  private long startedNanos;
  private long rebalancedNanos;
  private long spilledNanos;
  private long writtenNanos;

  BoltPhases(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void commitStarted() {
    startedNanos = clock.nanos();
  }

  @Override
  public void rebalanced() {
    rebalancedNanos = clock.nanos();
  }

  @Override
  public void spilled() {
    spilledNanos = clock.nanos();
  }

  @Override
  public void written() {
    writtenNanos = clock.nanos();
  }

  /** Reports the last commit, which took {@code nanos} as a whole. */
  void report(BackendListener listener, long nanos) {
    listener.committed(
        nanos,
        rebalancedNanos - startedNanos,
        spilledNanos - rebalancedNanos,
        writtenNanos - spilledNanos);
  }
}
