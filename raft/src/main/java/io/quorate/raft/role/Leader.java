package io.quorate.raft.role;

import io.quorate.raft.RaftException;
import io.quorate.raft.ReadOnlyOption;
import io.quorate.raft.ReadState;
import io.quorate.raft.codec.ConfChangeCodec;
import io.quorate.raft.codec.ConfChangeV2Codec;
import io.quorate.raft.confchange.Changer.Change;
import io.quorate.raft.confchange.Configuration;
import io.quorate.raft.event.ConfigurationEvent;
import io.quorate.raft.event.ElectionEvent;
import io.quorate.raft.event.ProposalEvent;
import io.quorate.raft.event.RaftEvent;
import io.quorate.raft.event.ReplicationEvent;
import io.quorate.raft.event.RoleType;
import io.quorate.raft.event.TransferEvent;
import io.quorate.raft.log.RaftLog;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeV2;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryType;
import io.quorate.raft.message.Message;
import io.quorate.raft.message.NodeId;
import io.quorate.raft.message.Unsigned;
import io.quorate.raft.progress.Progress;
import io.quorate.raft.progress.ProgressMap;
import io.quorate.raft.progress.ProgressState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Takes proposals into its log, brings all logs to agree with it, commits what a quorum has, and
 * answers reads. Everything here is forgotten with the term.
 */
public final class Leader implements Role {
  private final Core core;
  private final RaftLog log;
  private final long id;
  private final Replicator replicator;
  private final ProgressMap progress;
  private final ReadQueue reads = new ReadQueue();

  private int heartbeatElapsed;
  private long transferee = NodeId.NONE;

  /**
   * No change of configuration is proposed before this is applied: there may be another one on the
   * way there. At first everything in the log might be one.
   */
  private long pendingChangeIndex;

  /** Payload of the entries of this term that are not applied. */
  private long uncommittedBytes;

  Leader(Core core) {
    this.core = core;
    this.log = core.log();
    this.id = core.id();
    this.replicator = new Replicator(core);
    this.progress = replicator.progress();
    this.pendingChangeIndex = log.lastIndex();
  }

  @Override
  public RoleType type() {
    return RoleType.LEADER;
  }

  @Override
  public long leader() {
    return id;
  }

  public ProgressMap progress() {
    return progress;
  }

  /** To whom leadership is being handed over; 0 for nobody. */
  public long transferee() {
    return transferee;
  }

  @Override
  public void tick() {
    heartbeatElapsed++;
    if (core.tickLeader()) {
      if (core.config().checkQuorum()) {
        core.step(new Message.CheckQuorum(id, id));
      }
      // It had its time.
      transferee = NodeId.NONE;
    }
    if (core.role() == this && heartbeatElapsed >= core.config().heartbeatTicks()) {
      heartbeatElapsed = 0;
      core.step(new Message.Beat(id, id));
    }
  }

  @Override
  public void step(Message message) {
    switch (message) {
      case Message.Propose m -> {
        if (!propose(m.entries())) {
          throw new RaftException.ProposalDropped();
        }
      }
      case Message.AppendResponse m -> peer(m).ifPresent(peer -> appendAnswered(m, peer));
      case Message.HeartbeatResponse m -> peer(m).ifPresent(peer -> heartbeatAnswered(m, peer));
      case Message.ReadIndex m -> read(m);
      case Message.Beat _ -> replicator.heartbeatToAll(reads.newestContext());
      case Message.CheckQuorum _ -> checkQuorum();
      case Message.SnapshotStatus m -> peer(m).ifPresent(peer -> replicator.snapshotDone(m, peer));
      case Message.Unreachable m ->
          peer(m).ifPresent(peer -> replicator.unreachable(m.from(), peer));
      case Message.TransferLeader m -> peer(m).ifPresent(peer -> transfer(m.from(), peer));
      // Nobody else leads in this term.
      case Message.Append _,
          Message.Heartbeat _,
          Message.InstallSnapshot _,
          Message.VoteResponse _,
          Message.PreVoteResponse _,
          Message.TimeoutNow _,
          Message.ReadIndexResponse _,
          Message.ForgetLeader _,
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

  private Optional<Progress> peer(Message message) {
    Optional<Progress> peer = progress.get(message.from());
    if (peer.isEmpty()) {
      core.observe(new ReplicationEvent.NoProgress(id, message.from()));
    }
    return peer;
  }

  /** With it, and only with it, everything before becomes committed (thesis §3.6.2, §6.4). */
  void appendEmptyEntry() {
    if (!append(List.of(Entry.normal(0, 0, null)))) {
      throw new AssertionError("empty entry was dropped");
    }
  }

  void replicateToAll() {
    replicator.sendToAll();
  }

  /** Returns whether the entries are in the log. */
  private boolean propose(List<Entry> entries) {
    if (entries.isEmpty()) {
      throw new AssertionError(RaftEvent.hex(id) + " stepped empty MsgProp");
    }
    if (progress.get(id).isEmpty()) {
      // Removed, but not yet replaced: finishes what it began, and begins nothing.
      return false;
    }
    if (transferee != NodeId.NONE) {
      core.observe(new ProposalEvent.TransferInProgress(id, core.term(), transferee));
      return false;
    }
    if (!append(withoutUnfitChanges(entries))) {
      return false;
    }
    replicator.sendToAll();
    return true;
  }

  private List<Entry> withoutUnfitChanges(List<Entry> entries) {
    List<Entry> fit = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      boolean unfit =
          entry.type() != EntryType.NORMAL
              && !acceptChange(entry, log.lastIndex() + 1 + fit.size());
      fit.add(unfit ? Entry.normal(0, 0, null) : entry);
    }
    return fit;
  }

  /** Whether a change may enter the log, at {@code index}. */
  private boolean acceptChange(Entry entry, long index) {
    ProposedChange change = ProposedChange.of(entry);
    Configuration configuration = core.configuration();
    boolean leaves = change.change().changes().isEmpty();
    String refusal = "";
    if (Unsigned.less(log.applied(), pendingChangeIndex)) {
      refusal =
          "possible unapplied conf change at index "
              + Unsigned.text(pendingChangeIndex)
              + " (applied to "
              + Unsigned.text(log.applied())
              + ")";
    } else if (configuration.isJoint() && !leaves) {
      refusal = "must transition out of joint config first";
    } else if (!configuration.isJoint() && leaves) {
      refusal = "not in joint state; refusing empty conf change";
    }
    if (!refusal.isEmpty() && core.config().confChangeValidation()) {
      core.observe(new ConfigurationEvent.ChangeIgnored(id, change.text(), configuration, refusal));
      return false;
    }
    pendingChangeIndex = index;
    return true;
  }

  private record ProposedChange(ConfChangeV2 change, String text) {
    static ProposedChange of(Entry entry) {
      byte[] data = entry.data() == null ? new byte[0] : entry.data();
      if (entry.type() == EntryType.CONF_CHANGE) {
        ConfChange change = ConfChangeCodec.decode(data);
        return new ProposedChange(change.asV2(), change.toString());
      }
      ConfChangeV2 change = ConfChangeV2Codec.decode(data);
      return new ProposedChange(change, change.toString());
    }
  }

  /** Returns whether the entries are in the log; they are not if there is too much already. */
  private boolean append(List<Entry> entries) {
    long payload = Replicator.payloadBytes(entries);
    // The first always passes, and so does what has no payload: new leaders, leaving joint.
    if (uncommittedBytes > 0
        && payload > 0
        && payload > core.config().maxUncommittedBytes() - uncommittedBytes) {
      core.observe(new ProposalEvent.LimitExceeded(id));
      return false;
    }
    uncommittedBytes += payload;
    long index = log.lastIndex();
    List<Entry> numbered = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      numbered.add(entry.at(core.term(), ++index));
    }
    log.append(numbered);
    // We count among those who have it when it is durable here, too (thesis §10.2.1).
    core.outbox().sendAfterAppend(Message.AppendResponse.accepted(id, id, core.term(), index));
    return true;
  }

  /** Applied entries make room for new ones. */
  void release(List<Entry> appliedEntries) {
    uncommittedBytes = Math.max(0, uncommittedBytes - Replicator.payloadBytes(appliedEntries));
  }

  private void appendAnswered(Message.AppendResponse m, Progress peer) {
    peer.setRecentActive(true);
    if (m.reject()) {
      replicator.rejected(m, peer);
    } else if (replicator.accepted(m, peer)) {
      if (replicator.tryCommit()) {
        releaseEarlyReads();
        replicator.sendToAll();
      } else if (m.from() != id && peer.canBumpCommit(log.committed())) {
        replicator.send(m.from(), peer, true);
      }
      if (m.from() != id) {
        replicator.sendAllEntries(m.from(), peer);
      }
      if (m.from() == transferee && peer.match() == log.lastIndex()) {
        core.observe(new TransferEvent.SentAfterResponse(id, m.from()));
        core.outbox().send(new Message.TimeoutNow(id, m.from(), core.term()));
      }
    }
  }

  private void heartbeatAnswered(Message.HeartbeatResponse m, Progress peer) {
    peer.setRecentActive(true);
    peer.unpause();
    if (Unsigned.less(peer.match(), log.lastIndex()) || peer.state() == ProgressState.PROBE) {
      replicator.send(m.from(), peer, true);
    }
    byte[] context = m.context();
    if (core.config().readOnlyOption() == ReadOnlyOption.SAFE
        && context != null
        && context.length > 0) {
      for (ReadQueue.Confirmed read : reads.acknowledge(m.from(), context, core.quorum())) {
        answer(read.request(), read.index());
      }
    }
  }

  private void checkQuorum() {
    if (!replicator.checkQuorum()) {
      core.observe(new ElectionEvent.QuorumInactive(id));
      core.becomeFollower(core.term(), NodeId.NONE);
    }
  }

  private void read(Message.ReadIndex request) {
    if (request.entries().isEmpty()) {
      // Carries no context, so that no answer could be told from others: not made by a node.
      return;
    }
    if (hasCommittedInTerm()) {
      confirm(request);
    } else {
      // There may be more committed than we know (thesis §6.4, step 1). A departure from etcd,
      // whose
      // only voter answers at once: elected after a restart, it may not know what it had committed.
      core.addEarlyRead(request);
    }
  }

  private boolean hasCommittedInTerm() {
    OptionalLong term = log.term(log.committed());
    return term.isPresent() && term.getAsLong() == core.term();
  }

  private void confirm(Message.ReadIndex request) {
    // Two departures from etcd that simulation asked for: it trusts a configuration of one voter
    // also when the leader is not that voter (it was removed, and the other may lead by now), and
    // before anything of the term is committed (see read).
    boolean alone = core.quorum().isSingleton() && core.configuration().isVoter(id);
    if (alone || core.config().readOnlyOption() == ReadOnlyOption.LEASE_BASED) {
      answer(request, log.committed());
      return;
    }
    byte[] data = request.entries().getFirst().data();
    byte[] context = data == null ? new byte[0] : data;
    reads.add(request, context, log.committed(), id);
    replicator.heartbeatToAll(context);
  }

  private void releaseEarlyReads() {
    List<Message.ReadIndex> early = core.takeEarlyReads();
    early.forEach(this::confirm);
  }

  private void answer(Message.ReadIndex request, long index) {
    if (request.from() == NodeId.NONE || request.from() == id) {
      core.addReadState(new ReadState(index, request.entries().getFirst().data()));
    } else {
      core.outbox()
          .send(
              new Message.ReadIndexResponse(
                  id, request.from(), core.term(), index, request.entries()));
    }
  }

  private void transfer(long to, Progress peer) {
    if (peer.isLearner()) {
      core.observe(new TransferEvent.ToLearner(id));
      return;
    }
    if (transferee == to) {
      core.observe(new TransferEvent.AlreadyInProgress(id, core.term(), to));
      return;
    }
    if (transferee != NodeId.NONE) {
      core.observe(new TransferEvent.PreviousAborted(id, core.term(), transferee));
      transferee = NodeId.NONE;
    }
    if (to == id) {
      core.observe(new TransferEvent.ToSelf(id));
      return;
    }
    core.observe(new TransferEvent.Started(id, core.term(), to));
    // It should be over within one election timeout (thesis §3.10).
    core.restartElectionTimer();
    transferee = to;
    if (peer.match() == log.lastIndex()) {
      core.outbox().send(new Message.TimeoutNow(id, to, core.term()));
      core.observe(new TransferEvent.SentAtOnce(id, to));
    } else {
      replicator.send(to, peer, true);
    }
  }

  /** The configuration that core has by now came from {@code change}. */
  void configurationChanged(Change change) {
    replicator.configurationChanged(change);
    Configuration configuration = change.configuration();
    if (!configuration.isVoter(id)) {
      // Leads on without counting itself, until somebody else is elected (thesis §4.2.2).
      if (core.config().stepDownOnRemoval()) {
        core.becomeFollower(core.term(), NodeId.NONE);
      }
      return;
    }
    if (configuration.incoming().isEmpty()) {
      return;
    }
    if (replicator.tryCommit()) {
      // The quorum is smaller than before.
      releaseEarlyReads();
      replicator.sendToAll();
    } else {
      replicator.sendEntriesToAll();
    }
    if (transferee != NodeId.NONE && !configuration.isVoter(transferee)) {
      transferee = NodeId.NONE;
    }
  }

  /** Leaves a joint configuration that is to be left without being asked (thesis §4.3). */
  void leaveJointIfDue() {
    Configuration configuration = core.configuration();
    if (!configuration.autoLeave() || Unsigned.less(log.applied(), pendingChangeIndex)) {
      return;
    }
    core.observe(
        propose(List.of(new Entry(EntryType.CONF_CHANGE_V2, 0, 0, null)))
            ? new ConfigurationEvent.AutoLeaveProposed(configuration)
            : new ConfigurationEvent.AutoLeaveRefused(
                configuration, RaftException.ProposalDropped.TEXT));
  }
}
