package io.quorate.raft.message;

/** What happens to a node; the ordinal is the number on the wire. */
public enum ConfChangeType {
  ADD_NODE("ConfChangeAddNode"),
  REMOVE_NODE("ConfChangeRemoveNode"),
  UPDATE_NODE("ConfChangeUpdateNode"),
  ADD_LEARNER_NODE("ConfChangeAddLearnerNode");

  private final String etcdName;

  ConfChangeType(String etcdName) {
    this.etcdName = etcdName;
  }

  @Override
  public String toString() {
    return etcdName;
  }
}
