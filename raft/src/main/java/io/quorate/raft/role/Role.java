package io.quorate.raft.role;

import io.quorate.raft.event.RoleType;
import io.quorate.raft.message.Message;

/**
 * What a node is at the moment. {@link Core} deals with what all roles answer alike; the rest comes
 * here.
 */
public sealed interface Role permits Follower, PreCandidate, Candidate, Leader {
  RoleType type();

  /** Who leads, as far as this role knows; 0 for nobody. */
  long leader();

  void tick();

  /**
   * A message of our own term, or of none.
   *
   * @throws io.quorate.raft.RaftException.ProposalDropped if nobody takes a proposal
   */
  void step(Message message);
}
