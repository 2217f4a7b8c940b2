package io.quorate.raft.role;

import io.quorate.raft.event.RoleType;
import io.quorate.raft.message.Message;
import io.quorate.raft.message.NodeId;

/**
 * Asks whether it would be elected, without a new term and without a promise (thesis §9.6). A node
 * that comes back after it was cut off does not disturb a leader this way.
 */
public final class PreCandidate implements Role {
  private final Core core;
  private final Votes votes;

  PreCandidate(Core core) {
    this.core = core;
    this.votes = new Votes(core);
  }

  @Override
  public RoleType type() {
    return RoleType.PRE_CANDIDATE;
  }

  @Override
  public long leader() {
    return NodeId.NONE;
  }

  @Override
  public void tick() {
    core.tickElection();
  }

  @Override
  public void step(Message message) {
    if (message instanceof Message.PreVoteResponse response) {
      count(response);
    } else {
      Candidate.stepAsAny(core, message);
    }
  }

  private void count(Message.PreVoteResponse response) {
    switch (votes.count(response.type(), response.from(), response.reject())) {
      case WON -> core.elections().campaignForReal(false);
      // A rejection of our own term; those of higher ones have made us follow already.
      case LOST -> core.becomeFollower(core.term(), NodeId.NONE);
      case PENDING -> {}
    }
  }
}
