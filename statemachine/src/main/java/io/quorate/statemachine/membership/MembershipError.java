package io.quorate.statemachine.membership;

/** Why a committed change of the membership has no effect; {@code server} has the words. */
public enum MembershipError {
  /** The id was in the cluster and was removed; it may never come back. */
  ID_REMOVED("ID removed"),
  ID_EXISTS("ID exists"),
  ID_NOT_FOUND("ID not found"),
  /** Another member has one of the peer URLs. */
  PEER_URL_EXISTS("peerURL exists"),
  NOT_A_LEARNER("can only promote a learner member"),
  TOO_MANY_LEARNERS("too many learner members in cluster");

  private final String text;

  MembershipError(String text) {
    this.text = "membership: " + text;
  }

  /** The words for members among themselves and for their logs; clients hear others. */
  public String text() {
    return text;
  }
}
