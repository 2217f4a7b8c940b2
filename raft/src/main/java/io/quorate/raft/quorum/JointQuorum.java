package io.quorate.raft.quorum;

import io.quorate.raft.message.Unsigned;
import java.util.function.LongUnaryOperator;

/**
 * Decisions that need both majorities while a configuration changes (thesis §4.3).
 *
 * @param outgoing empty unless joint
 */
public record JointQuorum(MajorityQuorum incoming, MajorityQuorum outgoing) {
  public static JointQuorum of(IdSet incoming, IdSet outgoing) {
    return new JointQuorum(new MajorityQuorum(incoming), new MajorityQuorum(outgoing));
  }

  /** The lower of both halves' indexes. */
  public long committedIndex(LongUnaryOperator acknowledged) {
    return Unsigned.min(
        incoming.committedIndex(acknowledged), outgoing.committedIndex(acknowledged));
  }

  public VoteResult vote(Ballots ballots) {
    VoteResult one = incoming.vote(ballots);
    VoteResult other = outgoing.vote(ballots);
    if (one == other) {
      return one;
    }
    return one == VoteResult.LOST || other == VoteResult.LOST
        ? VoteResult.LOST
        : VoteResult.PENDING;
  }

  public boolean contains(long id) {
    return incoming.voters().contains(id) || outgoing.voters().contains(id);
  }

  /** All who vote in either half. */
  public IdSet voters() {
    return incoming.voters().union(outgoing.voters());
  }

  /** Exactly one voter, and no change under way. */
  public boolean isSingleton() {
    return incoming.voters().size() == 1 && outgoing.voters().isEmpty();
  }

  /** As in etcd's logs: {@code (1 2 3)&&(3 4)}. */
  @Override
  public String toString() {
    return outgoing.voters().isEmpty() ? incoming.toString() : incoming + "&&" + outgoing;
  }
}
