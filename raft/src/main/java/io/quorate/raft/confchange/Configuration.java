package io.quorate.raft.confchange;

import io.quorate.raft.message.ConfState;
import io.quorate.raft.quorum.IdSet;
import io.quorate.raft.quorum.JointQuorum;

/**
 * Voters and learners.
 *
 * <p>Invariants: learners ∩ (incoming ∪ outgoing) = ∅; learnersNext ⊆ outgoing; unless joint,
 * outgoing and learnersNext are empty and autoLeave is false.
 *
 * @param outgoing the voters of before, whose majority is needed too; empty unless joint
 * @param learnersNext outgoing voters that become learners when the joint configuration is left
 * @param autoLeave whether the leader leaves the joint configuration by itself
 */
public record Configuration(
    IdSet incoming, IdSet outgoing, IdSet learners, IdSet learnersNext, boolean autoLeave) {
  public static final Configuration EMPTY =
      new Configuration(IdSet.EMPTY, IdSet.EMPTY, IdSet.EMPTY, IdSet.EMPTY, false);

  public Configuration {
    IdSet voters = incoming.union(outgoing);
    if (learners.union(voters).size() != learners.size() + voters.size()) {
      throw new AssertionError("learners " + learners + " among voters " + voters);
    }
    if (outgoing.union(learnersNext).size() != outgoing.size()) {
      throw new AssertionError("learners to be " + learnersNext + " not in " + outgoing);
    }
    if (outgoing.isEmpty() && autoLeave) {
      throw new AssertionError("nothing to leave in " + incoming);
    }
  }

  public boolean isJoint() {
    return !outgoing.isEmpty();
  }

  public boolean isVoter(long id) {
    return incoming.contains(id) || outgoing.contains(id);
  }

  public boolean isLearner(long id) {
    return learners.contains(id);
  }

  /** Whether {@code id} takes part at all. */
  public boolean contains(long id) {
    return isVoter(id) || isLearner(id);
  }

  /** All who take part, ascending. */
  public IdSet nodes() {
    return incoming.union(outgoing).union(learners);
  }

  /** All who vote, ascending. */
  public IdSet voters() {
    return incoming.union(outgoing);
  }

  public JointQuorum quorum() {
    return JointQuorum.of(incoming, outgoing);
  }

  public ConfState toConfState() {
    return new ConfState(
        incoming.toList(), learners.toList(), outgoing.toList(), learnersNext.toList(), autoLeave);
  }

  /** As in etcd's logs: {@code voters=(2 3)&&(1) learners=(4) autoleave}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("voters=").append(quorum());
    if (!learners.isEmpty()) {
      text.append(" learners=").append(learners);
    }
    if (!learnersNext.isEmpty()) {
      text.append(" learners_next=").append(learnersNext);
    }
    if (autoLeave) {
      text.append(" autoleave");
    }
    return text.toString();
  }
}
