package io.quorate.raft.message;

/** What happens to a node; the ordinal is the number on the wire. */
public enum ConfChangeType {
  ADD_NODE,
  REMOVE_NODE,
  UPDATE_NODE,
  ADD_LEARNER_NODE
}
