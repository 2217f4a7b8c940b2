package io.quorate.raft.event;

/** The roles of a node, by the names that etcd gives them; the ordinal is etcd's number. */
public enum RoleType {
  FOLLOWER("StateFollower"),
  CANDIDATE("StateCandidate"),
  LEADER("StateLeader"),
  PRE_CANDIDATE("StatePreCandidate");

  private final String etcdName;

  RoleType(String etcdName) {
    this.etcdName = etcdName;
  }

  @Override
  public String toString() {
    return etcdName;
  }
}
