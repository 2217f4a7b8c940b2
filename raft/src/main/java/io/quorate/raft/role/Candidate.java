package io.quorate.raft.role;

import io.quorate.raft.RaftException;
import io.quorate.raft.event.ProposalEvent;
import io.quorate.raft.event.RoleType;
import io.quorate.raft.event.TransferEvent;
import io.quorate.raft.message.Message;
import io.quorate.raft.message.NodeId;

/** Asks for votes in a term of its own (thesis §3.4). */
public final class Candidate implements Role {
  private final Core core;
  private final Votes votes;

  Candidate(Core core) {
    this.core = core;
    this.votes = new Votes(core);
  }

  @Override
  public RoleType type() {
    return RoleType.CANDIDATE;
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
    if (message instanceof Message.VoteResponse response) {
      count(response);
    } else {
      stepAsAny(core, message);
    }
  }

  private void count(Message.VoteResponse response) {
    switch (votes.count(response.type(), response.from(), response.reject())) {
      case WON -> core.becomeLeader();
      case LOST -> core.becomeFollower(core.term(), NodeId.NONE);
      case PENDING -> {}
    }
  }

  /** What candidates and pre-candidates do alike: all but the answers they wait for. */
  static void stepAsAny(Core core, Message message) {
    switch (message) {
      case Message.Propose _ -> {
        core.observe(new ProposalEvent.NoLeader(core.id(), core.term(), "proposal"));
        throw new RaftException.ProposalDropped();
      }
      // Somebody else won this term.
      case Message.Append m -> follow(core, m);
      case Message.Heartbeat m -> follow(core, m);
      case Message.InstallSnapshot m -> follow(core, m);
      case Message.TimeoutNow m ->
          core.observe(
              new TransferEvent.TimeoutNowIgnored(
                  core.id(), core.term(), core.role().type(), m.from()));
      case Message.VoteResponse _,
          Message.PreVoteResponse _,
          Message.AppendResponse _,
          Message.HeartbeatResponse _,
          Message.SnapshotStatus _,
          Message.Unreachable _,
          Message.TransferLeader _,
          Message.ReadIndex _,
          Message.ReadIndexResponse _,
          Message.ForgetLeader _,
          Message.Beat _,
          Message.CheckQuorum _,
          Message.StorageAppend _,
          Message.StorageApply _ -> {}
      case Message.Hup _,
          Message.Vote _,
          Message.PreVote _,
          Message.StorageAppendResponse _,
          Message.StorageApplyResponse _ ->
          throw Core.notForRoles(message);
    }
  }

  private static void follow(Core core, Message message) {
    core.becomeFollower(core.term(), message.from());
    core.role().step(message);
  }
}
