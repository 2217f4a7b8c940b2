package io.quorate.raft.quorum;

/** Who has voted, and how. */
@FunctionalInterface
public interface Ballots {
  Ballot of(long id);

  /** One voter's answer. */
  enum Ballot {
    YES,
    NO,
    MISSING
  }
}
