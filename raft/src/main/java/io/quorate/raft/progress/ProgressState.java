package io.quorate.raft.progress;

/** How a leader sends to a follower. */
public enum ProgressState {
  /** Where the logs agree is not known: one message with entries, then wait. */
  PROBE("StateProbe"),
  /** The logs agree: a pipeline of messages, as many as may be in flight. */
  REPLICATE("StateReplicate"),
  /** What the follower needs is gone from the log: nothing until a snapshot has arrived. */
  SNAPSHOT("StateSnapshot");

  private final String etcdName;

  ProgressState(String etcdName) {
    this.etcdName = etcdName;
  }

  @Override
  public String toString() {
    return etcdName;
  }
}
