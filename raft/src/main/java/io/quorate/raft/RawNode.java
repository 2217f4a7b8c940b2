package io.quorate.raft;

import io.quorate.raft.codec.ConfChangeCodec;
import io.quorate.raft.codec.ConfChangeV2Codec;
import io.quorate.raft.codec.EntryCodec;
import io.quorate.raft.confchange.ConfigurationException;
import io.quorate.raft.event.RoleType;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeV2;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryId;
import io.quorate.raft.message.EntryType;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Message;
import io.quorate.raft.message.NodeId;
import io.quorate.raft.message.Snapshot;
import io.quorate.raft.progress.ProgressView;
import io.quorate.raft.role.Core;
import io.quorate.raft.role.Leader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One node: messages, ticks and requests in, {@link Ready} out. No thread, clock, file or socket of
 * its own; all calls from one thread.
 *
 * <p>The loop around it, with asynchronous storage writes: step what came in, tick when it is time,
 * then {@code while (node.hasReady())} take a {@link Ready} and serve it as described there.
 */
public final class RawNode {
  private final Core core;
  private final long id;
  private final boolean async;

  private SoftState acceptedSoftState;
  private HardState acceptedHardState;

  /** What the last Ready of the synchronous mode brings about when it is done. */
  private List<Message> stepsOnAdvance = List.of();

  /**
   * A node that continues from what {@code config.storage()} holds, or starts empty.
   *
   * @throws AssertionError if the stored state contradicts itself
   */
  public RawNode(Config config) {
    this.async = config.asyncStorageWrites();
    this.core = new Core(config);
    this.id = config.id();
    this.acceptedSoftState = core.softState();
    this.acceptedHardState = core.hardState();
    core.campaignIfAlone();
  }

  /**
   * A new cluster: its first entries add {@code peers}, in this order, and count as committed.
   *
   * @throws RaftException.NoPeers without any
   * @throws RaftException.StorageNotEmpty if the node has run before
   */
  public void bootstrap(List<Peer> peers) {
    if (peers.isEmpty()) {
      throw new RaftException.NoPeers();
    }
    if (core.log().lastIndex() != 0) {
      throw new RaftException.StorageNotEmpty();
    }
    // So that the first Ready shows all of it as news.
    acceptedHardState = HardState.EMPTY;
    core.bootstrap(peers);
  }

  /** Time passes: {@link Config#heartbeatTicks} and {@link Config#electionTicks} count these. */
  public void tick() {
    core.tick();
  }

  /** Starts an election, unless this node leads or may not. */
  public void campaign() {
    core.step(new Message.Hup(NodeId.NONE, id));
  }

  /**
   * Appends an entry here or, forwarded, at the leader.
   *
   * @throws RaftException.ProposalDropped if that is known to fail; else nobody tells
   */
  public void propose(byte[] data) {
    propose(EntryType.NORMAL, data);
  }

  /**
   * Proposes all of these, in this order, or none.
   *
   * @throws RaftException.ProposalDropped as {@link #propose(byte[])}
   */
  public void propose(List<byte[]> data) {
    List<Entry> entries = new ArrayList<>(data.size());
    for (int i = 0; i < data.size(); i++) {
      entries.add(Entry.normal(0, 0, data.get(i)));
    }
    core.step(new Message.Propose(id, id, entries));
  }

  /**
   * Proposes a change. One that does not fit the configuration becomes an empty entry, silently.
   *
   * @throws RaftException.ProposalDropped as {@link #propose(byte[])}
   */
  public void proposeConfChange(ConfChange change) {
    propose(EntryType.CONF_CHANGE, ConfChangeCodec.encode(change));
  }

  /**
   * Proposes a change. One that does not fit the configuration becomes an empty entry, silently.
   *
   * @throws RaftException.ProposalDropped as {@link #propose(byte[])}
   */
  public void proposeConfChange(ConfChangeV2 change) {
    propose(EntryType.CONF_CHANGE_V2, ConfChangeV2Codec.encode(change));
  }

  /**
   * A committed change is applied. To be called exactly once for every such entry, in order, also
   * where the application refuses it: then with node id 0. One that a snapshot has overtaken while
   * it waited to be applied changes nothing any more.
   *
   * @return the configuration from now on
   * @throws AssertionError if it cannot be made
   */
  public ConfState applyConfChange(ConfChange change) {
    return applyConfChange(change.asV2());
  }

  /** As {@link #applyConfChange(ConfChange)}. */
  public ConfState applyConfChange(ConfChangeV2 change) {
    try {
      core.applyConfChange(change);
    } catch (ConfigurationException e) {
      throw new AssertionError(e.getMessage(), e);
    }
    core.campaignIfAlone();
    return confState();
  }

  /**
   * A message has come.
   *
   * @throws RaftException.LocalMessage if it is of a kind that never comes from outside
   * @throws RaftException.PeerNotFound if it is a response of a node that we do not know
   * @throws RaftException.ProposalDropped as {@link #propose(byte[])}
   */
  public void step(Message message) {
    boolean fromStorage = NodeId.isStorageThread(message.from());
    if (message.type().isLocal() && !fromStorage) {
      throw new RaftException.LocalMessage();
    }
    if (message.type().isResponse() && !fromStorage && !knows(message.from())) {
      throw new RaftException.PeerNotFound();
    }
    core.step(message);
    if (fromStorage) {
      core.campaignIfAlone();
    }
  }

  /** Whether {@link #ready} would hold anything. */
  public boolean hasReady() {
    return !core.outbox().isEmpty()
        || core.hasReadStates()
        || core.log().hasNextUnstable()
        || core.log().nextUnstableSnapshot().isPresent()
        || core.log().hasNextCommitted(!async)
        || !core.softState().equals(acceptedSoftState)
        || changedHardState().isPresent();
  }

  /**
   * What is to be done now. The caller has accepted it.
   *
   * @throws AssertionError if the last one has not been advanced past (synchronous mode)
   */
  public Ready ready() {
    if (!stepsOnAdvance.isEmpty()) {
      throw new AssertionError("two accepted Ready structs without call to Advance");
    }
    return async ? readyAsync() : readySync();
  }

  /** The last {@link Ready} is done. Synchronous mode only. */
  public void advance() {
    if (async) {
      throw new AssertionError("Advance must not be called when using AsyncStorageWrites");
    }
    List<Message> steps = stepsOnAdvance;
    stepsOnAdvance = List.of();
    steps.forEach(core::step);
    core.campaignIfAlone();
  }

  /**
   * A write is durable, and storage has it. Asynchronous mode only.
   *
   * @return the messages that waited for it and may leave now
   */
  public List<Message> appended(Message.StorageAppend write) {
    List<Message> toOthers = new ArrayList<>();
    for (Message response : write.responses()) {
      if (response.to() != id) {
        toOthers.add(response);
      } else if (NodeId.isStorageThread(response.from()) || knows(id)) {
        core.step(response);
      }
    }
    core.campaignIfAlone();
    return toOthers;
  }

  /** A batch is applied. Asynchronous mode only. */
  public void applied(Message.StorageApply batch) {
    batch.responses().forEach(core::step);
    core.campaignIfAlone();
  }

  /** The transport failed to send to {@code peer}. */
  public void reportUnreachable(long peer) {
    core.step(new Message.Unreachable(peer, id));
  }

  /** A snapshot sent to {@code peer} has arrived, or failed. Must be told one or the other. */
  public void reportSnapshot(long peer, boolean arrived) {
    core.step(new Message.SnapshotStatus(peer, id, !arrived));
  }

  /** Hands leadership to {@code transferee}, through the leader if that is another. */
  public void transferLeader(long transferee) {
    core.step(new Message.TransferLeader(transferee, id, 0));
  }

  /** Follows nobody until somebody leads again. */
  public void forgetLeader() {
    core.step(new Message.ForgetLeader(NodeId.NONE, id));
  }

  /**
   * Asks which index a linearizable read needs. The answer comes as a {@link ReadState}, or never:
   * then ask again.
   *
   * @param context tells answers apart; must be unique, also among those of earlier runs
   */
  public void readIndex(byte[] context) {
    Entry entry = Entry.normal(0, 0, context);
    core.step(new Message.ReadIndex(NodeId.NONE, id, List.of(entry)));
  }

  public Status status() {
    SortedMap<Long, ProgressView> views = new TreeMap<>(Long::compareUnsigned);
    long transferee = NodeId.NONE;
    if (core.role() instanceof Leader leader) {
      transferee = leader.transferee();
      for (int i = 0; i < leader.progress().size(); i++) {
        views.put(leader.progress().ids().get(i), leader.progress().at(i).view());
      }
    }
    return new Status(
        id,
        core.hardState(),
        core.softState(),
        core.log().applied(),
        transferee,
        core.configuration(),
        Collections.unmodifiableSortedMap(views));
  }

  public long id() {
    return id;
  }

  public long term() {
    return core.term();
  }

  /** Who leads; 0 for nobody. */
  public long leader() {
    return core.leader();
  }

  public RoleType role() {
    return core.role().type();
  }

  public long committed() {
    return core.log().committed();
  }

  public long applied() {
    return core.log().applied();
  }

  public ConfState confState() {
    return core.configuration().toConfState();
  }

  /** For tests that need to know who campaigns first. */
  void overrideElectionTimeout(int ticks) {
    core.overrideElectionTimeout(ticks);
  }

  /** For tests that look inside. */
  Core core() {
    return core;
  }

  private void propose(EntryType type, byte[] data) {
    core.step(new Message.Propose(id, id, List.of(new Entry(type, 0, 0, data))));
  }

  private boolean knows(long peer) {
    return core.configuration().contains(peer);
  }

  private Optional<HardState> changedHardState() {
    HardState state = core.hardState();
    return state.isEmpty() || state.equals(acceptedHardState)
        ? Optional.empty()
        : Optional.of(state);
  }

  private Ready readyAsync() {
    Ready news = news();
    List<Message> afterAppend = core.outbox().takeAfterAppend();
    List<Message> responses = new ArrayList<>(afterAppend);
    storageResponse(news.snapshot()).ifPresent(responses::add);
    boolean nothingToWrite =
        news.entries().isEmpty()
            && news.hardState().isEmpty()
            && news.snapshot().isEmpty()
            && afterAppend.isEmpty();
    Optional<Message.StorageAppend> append =
        nothingToWrite
            ? Optional.empty()
            : Optional.of(
                new Message.StorageAppend(
                    id,
                    NodeId.APPEND_THREAD,
                    news.hardState(),
                    news.entries(),
                    news.snapshot(),
                    responses));
    Optional<Message.StorageApply> apply =
        news.committed().isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Message.StorageApply(
                    id,
                    NodeId.APPLY_THREAD,
                    news.committed(),
                    List.of(applyResponse(news.committed()))));
    accept(news);
    return news.with(List.of(), append, apply);
  }

  private Ready readySync() {
    Ready news = news();
    List<Message> toOthers = new ArrayList<>();
    List<Message> steps = new ArrayList<>();
    for (Message message : core.outbox().takeAfterAppend()) {
      (message.to() == id ? steps : toOthers).add(message);
    }
    storageResponse(news.snapshot()).ifPresent(steps::add);
    if (!news.committed().isEmpty()) {
      steps.add(applyResponse(news.committed()));
    }
    accept(news);
    stepsOnAdvance = steps;
    return news.with(toOthers, Optional.empty(), Optional.empty());
  }

  /** All that has to be said, but for what waits until something is durable. */
  private Ready news() {
    SoftState softState = core.softState();
    Optional<HardState> hardState = changedHardState();
    List<Entry> entries = core.log().nextUnstable();
    HardState before = acceptedHardState;
    boolean mustSync =
        !entries.isEmpty() || core.term() != before.term() || core.vote() != before.vote();
    return new Ready(
        softState.equals(acceptedSoftState) ? Optional.empty() : Optional.of(softState),
        hardState,
        core.takeReadStates(),
        entries,
        core.log().nextUnstableSnapshot(),
        core.log().nextCommitted(!async),
        core.outbox().takeImmediate(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        mustSync);
  }

  private void accept(Ready news) {
    news.softState().ifPresent(state -> acceptedSoftState = state);
    news.hardState().ifPresent(state -> acceptedHardState = state);
    core.log().acceptUnstable();
    if (!news.committed().isEmpty()) {
      core.handedOut(news.committed());
      core.log()
          .acceptApplying(
              news.committed().getLast().index(), EntryCodec.encodedSize(news.committed()), !async);
    }
  }

  /**
   * What the writer of the log will answer. It speaks of the whole unstable log, also where this
   * Ready adds nothing to it: a later write vouches for the earlier ones, whose answers may have
   * been ignored because the term changed meanwhile.
   */
  private Optional<Message> storageResponse(Optional<Snapshot> snapshot) {
    boolean unstable = core.log().hasUnstableEntries();
    if (!unstable && snapshot.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Message.StorageAppendResponse(
            NodeId.APPEND_THREAD,
            id,
            core.term(),
            unstable ? core.log().last() : EntryId.NONE,
            snapshot));
  }

  private Message applyResponse(List<Entry> committed) {
    return new Message.StorageApplyResponse(NodeId.APPLY_THREAD, id, committed);
  }
}
