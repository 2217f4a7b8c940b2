package io.quorate.raft.role;

import io.quorate.raft.RaftException;
import io.quorate.raft.ReadOnlyOption;
import io.quorate.raft.ReadState;
import io.quorate.raft.event.ElectionEvent;
import io.quorate.raft.event.ProposalEvent;
import io.quorate.raft.event.ReplicationEvent;
import io.quorate.raft.event.RoleType;
import io.quorate.raft.event.SnapshotEvent;
import io.quorate.raft.event.TransferEvent;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.EntryId;
import io.quorate.raft.message.Message;
import io.quorate.raft.message.NodeId;
import io.quorate.raft.message.Snapshot;
import io.quorate.raft.message.Unsigned;
import java.util.OptionalLong;

/** Takes what a leader sends, and campaigns when it hears none for too long. */
public final class Follower implements Role {
  private final Core core;
  private long leader;

  Follower(Core core, long leader) {
    this.core = core;
    this.leader = leader;
  }

  @Override
  public RoleType type() {
    return RoleType.FOLLOWER;
  }

  @Override
  public long leader() {
    return leader;
  }

  @Override
  public void tick() {
    core.tickElection();
  }

  @Override
  public void step(Message message) {
    switch (message) {
      case Message.Append m -> {
        hear(m.from());
        append(m);
      }
      case Message.Heartbeat m -> {
        hear(m.from());
        core.log().commitTo(m.commit());
        core.outbox()
            .send(new Message.HeartbeatResponse(core.id(), m.from(), core.term(), m.context()));
      }
      case Message.InstallSnapshot m -> {
        hear(m.from());
        install(m);
      }
      case Message.Propose m -> forward(m);
      case Message.TransferLeader m -> forward(m);
      case Message.ReadIndex m -> forward(m);
      case Message.ReadIndexResponse m -> answerRead(m);
      case Message.TimeoutNow m -> {
        core.observe(new TransferEvent.TimeoutNowReceived(core.id(), core.term(), m.from()));
        core.elections().campaign(true);
      }
      case Message.ForgetLeader _ -> forgetLeader();
      case Message.AppendResponse _,
          Message.HeartbeatResponse _,
          Message.SnapshotStatus _,
          Message.Unreachable _,
          Message.VoteResponse _,
          Message.PreVoteResponse _,
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

  private void hear(long from) {
    core.restartElectionTimer();
    leader = from;
  }

  private void append(Message.Append m) {
    long id = core.id();
    long committed = core.log().committed();
    if (Unsigned.less(m.previous().index(), committed)) {
      // Late or repeated. What is committed agrees with every leader's log.
      core.outbox()
          .sendAfterAppend(Message.AppendResponse.accepted(id, m.from(), core.term(), committed));
      return;
    }
    OptionalLong last = core.log().tryAppend(m.previous(), m.entries(), m.commit());
    core.outbox()
        .sendAfterAppend(
            last.isPresent()
                ? Message.AppendResponse.accepted(id, m.from(), core.term(), last.getAsLong())
                : reject(m));
  }

  private Message.AppendResponse reject(Message.Append m) {
    EntryId previous = m.previous();
    EntryId own = new EntryId(core.log().term(previous.index()).orElse(0), previous.index());
    core.observe(new ReplicationEvent.AppendRejected(core.id(), own, previous, m.from()));
    // Entries of later terms than the leader's there cannot be the leader's: skip them all at once.
    EntryId hint =
        core.log()
            .findConflictByTerm(
                Unsigned.min(previous.index(), core.log().lastIndex()), previous.term());
    return Message.AppendResponse.rejected(
        core.id(), m.from(), core.term(), previous.index(), hint);
  }

  private void install(Message.InstallSnapshot m) {
    Snapshot snapshot = m.snapshot();
    EntryId snapshotId = new EntryId(snapshot.term(), snapshot.index());
    boolean restored = restore(snapshot, snapshotId);
    long committed = core.log().committed();
    core.observe(
        restored
            ? new SnapshotEvent.Restored(core.id(), committed, snapshotId)
            : new SnapshotEvent.Ignored(core.id(), committed, snapshotId));
    long index = restored ? core.log().lastIndex() : committed;
    core.outbox()
        .sendAfterAppend(Message.AppendResponse.accepted(core.id(), m.from(), core.term(), index));
  }

  /** Returns whether the snapshot took the place of the log. */
  private boolean restore(Snapshot snapshot, EntryId snapshotId) {
    if (Unsigned.atMost(snapshot.index(), core.log().committed())) {
      return false;
    }
    ConfState state = snapshot.confState();
    if (!state.voters().contains(core.id())
        && !state.learners().contains(core.id())
        && !state.votersOutgoing().contains(core.id())) {
      core.observe(new SnapshotEvent.NotMember(core.id(), state));
      return false;
    }
    if (core.log().contains(snapshotId)) {
      core.observe(
          new SnapshotEvent.FastForwarded(
              core.id(), core.log().committed(), core.log().last(), snapshotId));
      core.log().commitTo(snapshot.index());
      return false;
    }
    core.log().restore(snapshot);
    core.restoreConfiguration(state);
    core.observe(
        new SnapshotEvent.LogRestored(
            core.id(), core.log().committed(), core.log().last(), snapshotId));
    return true;
  }

  private void forward(Message.Propose m) {
    if (leader == NodeId.NONE) {
      core.observe(new ProposalEvent.NoLeader(core.id(), core.term(), "proposal"));
      throw new RaftException.ProposalDropped();
    }
    if (!core.config().proposalForwarding()) {
      core.observe(new ProposalEvent.NotForwarded(core.id(), leader, core.term()));
      throw new RaftException.ProposalDropped();
    }
    core.outbox().send(new Message.Propose(senderOf(m), leader, m.entries()));
  }

  private void forward(Message.TransferLeader m) {
    if (leader == NodeId.NONE) {
      core.observe(new ProposalEvent.NoLeader(core.id(), core.term(), "leader transfer msg"));
      return;
    }
    core.outbox().send(new Message.TransferLeader(m.from(), leader, core.term()));
  }

  private void forward(Message.ReadIndex m) {
    if (leader == NodeId.NONE) {
      core.observe(new ProposalEvent.NoLeader(core.id(), core.term(), "index reading msg"));
      return;
    }
    core.outbox().send(new Message.ReadIndex(senderOf(m), leader, m.entries()));
  }

  private long senderOf(Message message) {
    return message.from() == NodeId.NONE ? core.id() : message.from();
  }

  private void answerRead(Message.ReadIndexResponse m) {
    if (m.entries().size() != 1) {
      core.observe(new ProposalEvent.InvalidReadResponse(core.id(), m.from(), m.entries().size()));
      return;
    }
    core.addReadState(new ReadState(m.index(), m.entries().getFirst().data()));
  }

  private void forgetLeader() {
    if (core.config().readOnlyOption() == ReadOnlyOption.LEASE_BASED) {
      // The leader answers reads because we hear it; a vote of ours would make it lie.
      core.observe(new ElectionEvent.ForgettingRefused());
    } else if (leader != NodeId.NONE) {
      core.observe(new ElectionEvent.LeaderForgotten(core.id(), leader, core.term()));
      leader = NodeId.NONE;
    }
  }
}
