package io.quorate.raft.message;

/** How a change of several nodes goes through joint consensus; the ordinal is the wire number. */
public enum ConfChangeTransition {
  /** One change: simple. Several: joint, left by itself. None: leave the joint configuration. */
  AUTO,
  /** Joint even for one change, left by itself. */
  JOINT_IMPLICIT,
  /** Joint even for one change, left by an empty change that somebody proposes. */
  JOINT_EXPLICIT
}
