package io.quorate.statemachine.membership;

/** Why a committed change of the membership has no effect; {@code server} has the words. */
public enum MembershipError {
  /** The id was in the cluster and was removed; it may never come back. */
  ID_REMOVED,
  ID_EXISTS,
  ID_NOT_FOUND,
  /** Another member has one of the peer URLs. */
  PEER_URL_EXISTS,
  NOT_A_LEARNER,
  TOO_MANY_LEARNERS
}
