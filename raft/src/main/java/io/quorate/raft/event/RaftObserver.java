package io.quorate.raft.event;

/**
 * Is told what happens inside a node, in order, on the thread that drives it: for transcripts, logs
 * and metrics. Must not call back into the node.
 */
@FunctionalInterface
public interface RaftObserver {
  /** Looks away. */
  RaftObserver NONE = event -> {};

  void observe(RaftEvent event);
}
