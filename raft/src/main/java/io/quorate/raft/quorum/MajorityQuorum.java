package io.quorate.raft.quorum;

import io.quorate.raft.message.Unsigned;
import java.util.function.LongUnaryOperator;

/**
 * Decisions by more than half of some voters. No voters agree to anything, so that a joint quorum
 * with an empty half is the other half alone.
 */
public record MajorityQuorum(IdSet voters) {
  public static final MajorityQuorum EMPTY = new MajorityQuorum(IdSet.EMPTY);

  /**
   * The greatest index that a majority has acknowledged; {@link Unsigned#MAX} without voters.
   *
   * @param acknowledged by voter; 0 where nothing is known
   */
  public long committedIndex(LongUnaryOperator acknowledged) {
    int n = voters.size();
    if (n == 0) {
      return Unsigned.MAX;
    }
    // Insertion sort: there are few voters, and this runs for every acknowledgement.
    long[] ascending = new long[n];
    for (int i = 0; i < n; i++) {
      long index = acknowledged.applyAsLong(voters.get(i));
      int position = i;
      while (position > 0 && Unsigned.less(index, ascending[position - 1])) {
        ascending[position] = ascending[position - 1];
        position--;
      }
      ascending[position] = index;
    }
    return ascending[n - (n / 2 + 1)];
  }

  public VoteResult vote(Ballots ballots) {
    int n = voters.size();
    int quorum = n / 2 + 1;
    int yes = 0;
    int missing = 0;
    for (int i = 0; i < n; i++) {
      switch (ballots.of(voters.get(i))) {
        case YES -> yes++;
        case MISSING -> missing++;
        case NO -> {}
      }
    }
    if (n == 0 || yes >= quorum) {
      return VoteResult.WON;
    }
    return yes + missing >= quorum ? VoteResult.PENDING : VoteResult.LOST;
  }

  /** As in etcd's logs: {@code (1 2 3)}. */
  @Override
  public String toString() {
    return voters.toString();
  }
}
