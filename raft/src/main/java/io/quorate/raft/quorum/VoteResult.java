package io.quorate.raft.quorum;

/** How an election stands. */
public enum VoteResult {
  PENDING("VotePending"),
  LOST("VoteLost"),
  WON("VoteWon");

  private final String etcdName;

  VoteResult(String etcdName) {
    this.etcdName = etcdName;
  }

  @Override
  public String toString() {
    return etcdName;
  }
}
