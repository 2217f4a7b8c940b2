package io.quorate.backend;

/** What the metrics want to know of a backend. Called on the backend thread. */
public interface BackendListener {
  BackendListener NONE = new BackendListener() {};

  /** One bolt commit, and its three phases, in nanoseconds. */
  default void committed(long nanos, long rebalanceNanos, long spillNanos, long writeNanos) {}

  /** A defragmentation began (true) or ended (false). */
  default void defragmenting(boolean inFlight) {}

  default void defragmented(long nanos) {}

  /** A {@link FileHash} of all records was computed. Called on the thread that did. */
  default void hashed(long nanos) {}

  /** A snapshot that was streamed was open for so long. Called on the thread that closed it. */
  default void snapshotClosed(long nanos) {}
}
