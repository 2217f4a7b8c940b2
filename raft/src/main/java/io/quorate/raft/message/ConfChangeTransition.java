package io.quorate.raft.message;

/** How a change of several nodes goes through joint consensus; the ordinal is the wire number. */
public enum ConfChangeTransition {
  /** One change: simple. Several: joint, left by itself. None: leave the joint configuration. */
  AUTO("ConfChangeTransitionAuto"),
  /** Joint even for one change, left by itself. */
  JOINT_IMPLICIT("ConfChangeTransitionJointImplicit"),
  /** Joint even for one change, left by an empty change that somebody proposes. */
  JOINT_EXPLICIT("ConfChangeTransitionJointExplicit");

  private final String etcdName;

  ConfChangeTransition(String etcdName) {
    this.etcdName = etcdName;
  }

  @Override
  public String toString() {
    return etcdName;
  }
}
