package io.quorate.bolt;

/**
 * Learns how far a commit has come, on the writer's thread; for metrics (bbolt's rebalance, spill
 * and write times are the time between two calls). None of these may throw.
 */
public interface BoltListener {
  BoltListener NONE = new BoltListener() {};

  /** A commit begins, with rebalancing. */
  default void commitStarted() {}

  /** Rebalancing is done, spilling begins. */
  default void rebalanced() {}

  /** Spilling is done, writing begins. */
  default void spilled() {}

  /** All is written, and synced where that is asked for. */
  default void written() {}
}
