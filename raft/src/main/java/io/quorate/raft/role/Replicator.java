package io.quorate.raft.role;

import io.quorate.raft.Config;
import io.quorate.raft.confchange.Changer.Change;
import io.quorate.raft.event.ReplicationEvent;
import io.quorate.raft.log.RaftLog;
import io.quorate.raft.log.StorageException;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryId;
import io.quorate.raft.message.Message;
import io.quorate.raft.message.Snapshot;
import io.quorate.raft.progress.Progress;
import io.quorate.raft.progress.ProgressMap;
import io.quorate.raft.progress.ProgressState;
import io.quorate.raft.quorum.Ballots.Ballot;
import io.quorate.raft.quorum.IdSet;
import io.quorate.raft.quorum.VoteResult;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** How a leader brings every other log to agree with its own (thesis §3.5, §5.1, §10.2.2). */
final class Replicator {
  private final Core core;
  private final RaftLog log;
  private final long self;
  private final long maxMessageBytes;
  private final ProgressMap progress;
  private final LongUnaryOperator matches;

  Replicator(Core core) {
    this.core = core;
    this.log = core.log();
    this.self = core.id();
    Config config = core.config();
    this.maxMessageBytes = config.maxMessageBytes();
    this.progress = new ProgressMap(config.maxInflightMessages(), config.maxInflightBytes());
    this.matches = progress::match;
    progress.reset(core.configuration(), self, log.lastIndex());
    progress
        .get(self)
        .ifPresent(own -> {
          own.becomeReplicate();
          own.setRecentActive(true);
        });
  }

  ProgressMap progress() {
    return progress;
  }

  void configurationChanged(Change change) {
    progress.change(change, log.lastIndex());
  }

  /**
   * Commits what a quorum has. Returns whether that is more than before.
   *
   * <p>Counting replicas commits only entries of our own term; older ones are carried along by
   * them. Otherwise a committed entry could still be overwritten (thesis §3.6.2, figure 3.7).
   */
  boolean tryCommit() {
    long index = core.quorum().committedIndex(matches);
    if (Long.compareUnsigned(index, log.committed()) <= 0) {
      return false;
    }
    OptionalLong term = log.term(index);
    if (term.isEmpty() || term.getAsLong() != core.term()) {
      return false;
    }
    log.commitTo(index);
    return true;
  }

  /** Sends what everybody lacks; also the news that there is nothing, with the commit index. */
  void sendToAll() {
    IdSet ids = progress.ids();
    for (int i = 0; i < ids.size(); i++) {
      if (ids.get(i) != self) {
        send(ids.get(i), progress.at(i), true);
      }
    }
  }

  /** Sends entries to whoever lacks some. */
  void sendEntriesToAll() {
    IdSet ids = progress.ids();
    for (int i = 0; i < ids.size(); i++) {
      if (ids.get(i) != self) {
        send(ids.get(i), progress.at(i), false);
      }
    }
  }

  void heartbeatToAll(byte @Nullable [] context) {
    IdSet ids = progress.ids();
    for (int i = 0; i < ids.size(); i++) {
      if (ids.get(i) != self) {
        heartbeat(ids.get(i), progress.at(i), context);
      }
    }
  }

  private void heartbeat(long to, Progress peer, byte @Nullable [] context) {
    // What it is not known to have, it must not commit: it may hold another entry there.
    long commit =
        Long.compareUnsigned(peer.match(), log.committed()) < 0 ? peer.match() : log.committed();
    core.outbox().send(new Message.Heartbeat(self, to, core.term(), commit, context));
    peer.sentCommit(commit);
  }

  /**
   * Sends one message, if the flow to this peer allows it.
   *
   * @param evenIfEmpty whether there is a point in one without entries
   * @return whether one was sent
   */
  boolean send(long to, Progress peer, boolean evenIfEmpty) {
    if (peer.isPaused()) {
      return false;
    }
    long previousIndex = peer.next() - 1;
    OptionalLong previousTerm = log.term(previousIndex);
    if (previousTerm.isEmpty()) {
      return sendSnapshot(to, peer);
    }
    List<Entry> entries;
    try {
      // A full pipeline still sends empty messages: they show whether anybody is there.
      entries = peer.isPipelineFull() ? List.of() : log.entries(peer.next(), maxMessageBytes);
    } catch (StorageException.Compacted e) {
      return evenIfEmpty && sendSnapshot(to, peer);
    }
    if (entries.isEmpty() && !evenIfEmpty) {
      return false;
    }
    core.outbox()
        .send(
            new Message.Append(
                self,
                to,
                core.term(),
                new EntryId(previousTerm.getAsLong(), previousIndex),
                entries,
                log.committed()));
    peer.sentEntries(entries.size(), payloadBytes(entries));
    peer.sentCommit(log.committed());
    return true;
  }

  static long payloadBytes(List<Entry> entries) {
    long bytes = 0;
    for (int i = 0; i < entries.size(); i++) {
      bytes += entries.get(i).payloadBytes();
    }
    return bytes;
  }

  /** What the peer lacks is not in the log any more. */
  private boolean sendSnapshot(long to, Progress peer) {
    if (!peer.isRecentActive()) {
      core.observe(new ReplicationEvent.PeerInactive(to));
      return false;
    }
    Snapshot snapshot;
    try {
      snapshot = log.snapshot();
    } catch (StorageException.SnapshotTemporarilyUnavailable e) {
      core.observe(new ReplicationEvent.SnapshotUnavailable(self, to));
      return false;
    }
    if (snapshot.isEmpty()) {
      throw new AssertionError("need non-empty snapshot");
    }
    core.observe(
        new ReplicationEvent.SnapshotSent(
            self,
            log.firstIndex(),
            log.committed(),
            new EntryId(snapshot.term(), snapshot.index()),
            to,
            peer.view()));
    peer.becomeSnapshot(snapshot.index());
    core.observe(new ReplicationEvent.Paused(self, to, peer.view()));
    core.outbox().send(new Message.InstallSnapshot(self, to, core.term(), snapshot));
    return true;
  }

  /** The peer does not have the entry before those we sent. */
  void rejected(Message.AppendResponse m, Progress peer) {
    core.observe(new ReplicationEvent.RejectionReceived(self, m.hint(), m.from(), m.index()));
    long nextProbe = m.hint().index();
    if (m.hint().term() != 0) {
      // Our entries of later terms than its own there cannot match either.
      nextProbe = log.findConflictByTerm(m.hint().index(), m.hint().term()).index();
    }
    if (peer.decrement(m.index(), nextProbe)) {
      core.observe(new ReplicationEvent.ProgressDecreased(self, m.from(), peer.view()));
      if (peer.state() == ProgressState.REPLICATE) {
        peer.becomeProbe();
      }
      send(m.from(), peer, true);
    }
  }

  /**
   * The peer has everything up to an index. Returns whether that says anything new.
   *
   * <p>An index that was known says something when probing: the logs do agree there.
   */
  boolean accepted(Message.AppendResponse m, Progress peer) {
    boolean agreesWhereProbed = peer.match() == m.index() && peer.state() == ProgressState.PROBE;
    if (!peer.update(m.index()) && !agreesWhereProbed) {
      return false;
    }
    switch (peer.state()) {
      case PROBE -> peer.becomeReplicate();
      case SNAPSHOT -> {
        // Any snapshot will do that reaches our log, not only the one we sent.
        if (Long.compareUnsigned(peer.match() + 1, log.firstIndex()) >= 0) {
          core.observe(new ReplicationEvent.Recovered(self, m.from(), peer.view()));
          peer.becomeProbe();
          peer.becomeReplicate();
        }
      }
      case REPLICATE -> peer.freeInflights(m.index());
    }
    return true;
  }

  /** Fills the pipeline. */
  void sendAllEntries(long to, Progress peer) {
    while (send(to, peer, false)) {
      // Each message takes entries or room, until one of them is used up.
    }
  }

  /** The transport could not reach the peer: what is in flight may be lost. */
  void unreachable(long id, Progress peer) {
    if (peer.state() == ProgressState.REPLICATE) {
      peer.becomeProbe();
    }
    core.observe(new ReplicationEvent.PeerUnreachable(self, id, peer.view()));
  }

  /** Its fate is known; then wait for the peer to say so, or for a heartbeat to be answered. */
  void snapshotDone(Message.SnapshotStatus m, Progress peer) {
    if (peer.state() != ProgressState.SNAPSHOT) {
      return;
    }
    if (m.reject()) {
      peer.forgetPendingSnapshot();
      peer.becomeProbe();
      core.observe(new ReplicationEvent.SnapshotFailed(self, m.from(), peer.view()));
    } else {
      peer.becomeProbe();
      core.observe(new ReplicationEvent.SnapshotSucceeded(self, m.from(), peer.view()));
    }
    peer.pause();
  }

  /** Whether a quorum was heard since this was last asked; and asks anew. */
  boolean checkQuorum() {
    boolean active =
        core.quorum()
                .vote(id ->
                    progress.get(id).map(Progress::isRecentActive).orElse(false)
                        ? Ballot.YES
                        : Ballot.NO)
            == VoteResult.WON;
    IdSet ids = progress.ids();
    for (int i = 0; i < ids.size(); i++) {
      if (ids.get(i) != self) {
        progress.at(i).setRecentActive(false);
      }
    }
    return active;
  }
}
