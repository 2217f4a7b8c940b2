package io.quorate.node.loop;

import io.quorate.io.Failpoints;
import io.quorate.node.NodeException;
import io.quorate.node.NodeException.TimeoutCause;
import io.quorate.node.RaftView;
import io.quorate.node.port.Transport;
import io.quorate.node.propose.Proposals;
import io.quorate.node.read.ReadRounds;
import io.quorate.raft.RaftException;
import io.quorate.raft.RawNode;
import io.quorate.raft.ReadState;
import io.quorate.raft.Ready;
import io.quorate.raft.SoftState;
import io.quorate.raft.Status;
import io.quorate.raft.codec.MalformedException;
import io.quorate.raft.event.RoleType;
import io.quorate.raft.log.MemoryStorage;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Message;
import io.quorate.raft.message.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Owns raft. Drains what came in, lets time pass, and hands out what raft wants done:
 *
 * <pre>
 *                 ┌── messages ─────► Transport          at once, beside the disk (thesis §10.2.1)
 *  inbox ─► raft ─┼── StorageAppend ► LogLoop ──┐        durable, then back here
 *                 ├── StorageApply ─► ApplyLoop ┤        applied, then back here
 *                 └── ReadState ────► ReadRounds│
 *    ▲──────────── Appended, Applied ───────────┘
 * </pre>
 *
 * A proposal is taken only while somebody leads; until then it waits in {@link
 * LeaderlessProposals}, at most its deadline.
 */
public final class RaftLoop implements Loop {
  /** What the loop is told. */
  public sealed interface Input {}

  /** Append {@code data}, for whose answer {@code pending} waits. */
  public record Propose(Proposals.Pending<?> pending, byte[] data) implements Input {}

  /** Change the configuration. Not answered here: by applying it, or by nobody. */
  public record Reconfigure(ConfChange change, Proposals.Pending<?> pending) implements Input {}

  /** A linearizable read wants to know when it may. */
  public record Read(CompletableFuture<Void> reader) implements Input {}

  /** A message of another member. */
  public record Received(Message message, Runnable taken) implements Input {}

  /** {@code write} is durable. */
  public record Appended(Message.StorageAppend write) implements Input {}

  /** {@code batch} is applied and can be read. */
  public record Applied(Message.StorageApply batch) implements Input {}

  /** The apply loop has come to a committed change, and waits for the configuration after it. */
  public record ApplyChange(ConfChange change, Consumer<ConfState> applied) implements Input {}

  /** The log up to {@code index} may be thought of as a snapshot; older entries may go. */
  public record Compact(long index, ConfState confState) implements Input {}

  /** The state machine has become what a snapshot of {@code index} says. */
  public record Installed(long index, ConfState confState) implements Input {}

  /** Hand leadership to {@code transferee}. */
  public record Transfer(long transferee) implements Input {}

  /** Somebody wants to know how raft stands. */
  public record Ask(CompletableFuture<Status> answer) implements Input {}

  /** The transport could not reach {@code member}. */
  public record Unreachable(long member) implements Input {}

  /** What became of a snapshot sent to {@code member}. */
  public record SnapshotSent(long member, boolean arrived) implements Input {}

  /**
   * @param tickNanos the heartbeat interval
   * @param catchupEntries how many applied entries are kept for slow followers
   * @param logBytes twice the payload that is kept for them
   * @param requestTimeoutNanos how long a linearizable read may wait, and a change of the
   *     membership that raft has taken
   * @param contactNanos how long a member of several looks out for the others before its clock runs
   *     as usual
   * @param alone whether the database knows no member but this one; raft may learn it only as it
   *     reads the log
   * @param appliedIndex of the database; the log may have lost its tail and end before it
   */
  public record Options(
      long memberId,
      long tickNanos,
      int electionTicks,
      boolean advanceTicks,
      long catchupEntries,
      long logBytes,
      long requestTimeoutNanos,
      long contactNanos,
      boolean alone,
      long appliedIndex) {}

  /**
   * Where the loop hands things to.
   *
   * @param snapshots who makes and sends the snapshots that raft asks for
   */
  public record Ports(
      Inbox<LogLoop.Task> log,
      Inbox<ApplyLoop.Input> apply,
      Transport transport,
      OutgoingSnapshots snapshots) {}

  private static final int INPUT_LIMIT = 4096;
  // Well within one message to another member.
  private static final int GATHERED_LIMIT_BYTES = 512 * 1024;
  private static final long CONTACT_POLL_NANOS = 50_000_000;

  private final Options options;
  private final RawNode raft;
  private final MemoryStorage storage;
  private final Ports ports;
  private final Proposals<?> proposals;
  private final ReadRounds reads;
  private final RaftListener listener;
  private final Logger log;
  private final Logger raftLog;
  private final Failpoints.Point beforeLeaderSend;
  private final Failpoints.Point beforeFollowerSend;
  private final Failpoints.Point beforeSave;
  private final Failpoints.Point afterSave;
  private final Failpoints.Point beforeAdvance;
  private final Failpoints.Point beforeApplySnapshot;
  private final Failpoints.Point afterApplySnapshot;

  private final HeartbeatTimes heartbeats;
  private final Inbox<Input> inbox = new Inbox<>();
  private final LeaderlessProposals waitingForLeader = new LeaderlessProposals();
  private final List<Propose> gathered = new ArrayList<>();
  private long gatheredBytes;
  private volatile RaftView view;
  private volatile boolean localReads;
  private SoftState softState = new SoftState(0, RoleType.FOLLOWER);
  private boolean started;
  private long lastPollNanos;
  private long nextTickNanos;
  private boolean awaitingContact;
  private long contactDeadlineNanos;
  private volatile long lastTickNanos;
  private long electedNanos;
  private long appliedTerm;
  private ConfState confState;

  public RaftLoop(
      Options options,
      RawNode raft,
      MemoryStorage storage,
      Ports ports,
      Proposals<?> proposals,
      ReadRoundsFactory reads,
      RaftListener listener,
      Failpoints failpoints,
      Logger log,
      Logger raftLog) {
    this.options = options;
    this.raft = raft;
    this.storage = storage;
    this.ports = ports;
    this.proposals = proposals;
    this.reads = reads.create(raft::readIndex);
    this.listener = listener;
    this.log = log;
    this.raftLog = raftLog;
    beforeLeaderSend = failpoints.point("raftBeforeLeaderSend");
    beforeFollowerSend = failpoints.point("raftBeforeFollowerSend");
    beforeSave = failpoints.point("raftBeforeSave");
    afterSave = failpoints.point("raftAfterSave");
    beforeAdvance = failpoints.point("raftBeforeAdvance");
    beforeApplySnapshot = failpoints.point("raftBeforeApplySnap");
    afterApplySnapshot = failpoints.point("raftAfterApplySnap");
    heartbeats = new HeartbeatTimes(options.tickNanos);
    confState = raft.confState();
    view = look();
  }

  /** Makes the read rounds around this loop's raft. */
  @FunctionalInterface
  public interface ReadRoundsFactory {
    ReadRounds create(ReadRounds.ReadIndex raft);
  }

  public Inbox<Input> inbox() {
    return inbox;
  }

  /** The state as of the last poll. Any thread. */
  public RaftView view() {
    return view;
  }

  /**
   * Whether the newest published view is linearizable as it is: this member is the only voter,
   * leads, and has applied an entry of its term. Every acknowledged write was published before it
   * was acknowledged, and nobody else can have acknowledged any. Any thread.
   */
  public boolean readsAreLocal() {
    return localReads;
  }

  /** How many proposals wait for somebody to lead. As {@link #poll}. */
  int waitingProposals() {
    return waitingForLeader.size();
  }

  /** When time last passed for raft; a member that was paused sees that it was. Any thread. */
  public long lastTickNanos() {
    return lastTickNanos;
  }

  @Override
  public long poll(long nowNanos) {
    lastPollNanos = nowNanos;
    if (!started) {
      start(nowNanos);
    }
    int taken = 0;
    for (Input input = inbox.take(); input != null; input = inbox.take()) {
      if (!(input instanceof Propose)) {
        proposeGathered();
      }
      handle(input, nowNanos);
      if (++taken == INPUT_LIMIT) {
        break;
      }
    }
    proposeGathered();
    boolean ticked = tick(nowNanos);
    long contactDelay = awaitContact(nowNanos);
    long readDelay = reads.poll(nowNanos);
    while (raft.hasReady()) {
      serve(raft.ready(), nowNanos);
      readDelay = Math.min(readDelay, reads.poll(nowNanos));
    }
    publish();
    long proposalDelay = proposals.expire(nowNanos, this::timeout);
    if (ticked) {
      waitingForLeader.dropDone();
    }
    if (taken == INPUT_LIMIT) {
      return 0;
    }
    return Math.min(
        Math.min(nextTickNanos - nowNanos, contactDelay), Math.min(readDelay, proposalDelay));
  }

  private void start(long nowNanos) {
    started = true;
    nextTickNanos = nowNanos + options.tickNanos;
    lastTickNanos = nowNanos;
    if (!isSoleVoter() && !options.alone) {
      log.atInfo()
          .addKeyValue("election-ticks", options.electionTicks)
          .log(
              options.advanceTicks
                  ? "starting initial election tick advance"
                  : "skipping initial election tick advance");
      awaitingContact = options.advanceTicks;
      contactDeadlineNanos = nowNanos + options.contactNanos;
    } else {
      // Whatever the flag says, as in etcd.
      int ticks = options.electionTicks - 1;
      aboutForwarding(ticks).log("started as single-node; fast-forwarding election ticks");
      forward(ticks);
    }
  }

  private LoggingEventBuilder aboutForwarding(int ticks) {
    return log.atInfo()
        .addKeyValue("local-member-id", Long.toHexString(options.memberId))
        .addKeyValue("forward-ticks", ticks)
        .addKeyValue("forward-duration", Duration.ofNanos(ticks * options.tickNanos))
        .addKeyValue("election-ticks", options.electionTicks)
        .addKeyValue(
            "election-timeout", Duration.ofNanos(options.electionTicks * options.tickNanos));
  }

  private void forward(int ticks) {
    for (int i = 0; i < ticks; i++) {
      raft.tick();
    }
  }

  /**
   * A member that starts while others are there need not wait a whole election time: as soon as two
   * of them can be reached, most of it counts as over (spec/peer.md 4).
   */
  private long awaitContact(long nowNanos) {
    if (!awaitingContact) {
      return Long.MAX_VALUE;
    }
    int active = ports.transport.activePeers();
    if (isSoleVoter() || nowNanos - contactDeadlineNanos >= 0 && active <= 1) {
      awaitingContact = false;
      return Long.MAX_VALUE;
    }
    if (active > 1) {
      awaitingContact = false;
      int ticks = options.electionTicks - 2;
      aboutForwarding(ticks)
          .addKeyValue("active-remote-members", active)
          .log("initialized peer connections; fast-forwarding election ticks");
      forward(ticks);
      return Long.MAX_VALUE;
    }
    return CONTACT_POLL_NANOS;
  }

  /**
   * Lets time pass for raft if a tick is due, and returns whether one was. At most one is, however
   * long the last poll took: a pause is no burst of time.
   */
  private boolean tick(long nowNanos) {
    if (nowNanos - nextTickNanos < 0) {
      return false;
    }
    lastTickNanos = nowNanos;
    raft.tick();
    long late = nowNanos - nextTickNanos;
    nextTickNanos =
        late < options.tickNanos ? nextTickNanos + options.tickNanos : nowNanos + options.tickNanos;
    return true;
  }

  private void handle(Input input, long nowNanos) {
    switch (input) {
      case Propose proposal -> gather(proposal);
      case Reconfigure change -> propose(change);
      case Read read -> reads.add(read.reader);
      case Received received -> {
        received.taken.run();
        receive(received.message);
      }
      case Appended appended -> appended(appended.write);
      case Applied applied -> applied(applied.batch, nowNanos);
      case ApplyChange change -> {
        confState = raft.applyConfChange(change.change);
        updateLocalReads();
        change.applied.accept(confState);
      }
      case Compact compact -> compact(compact);
      case Transfer transfer -> raft.transferLeader(transfer.transferee);
      case Ask ask -> ask.answer.complete(raft.status());
      case Unreachable lost -> raft.reportUnreachable(lost.member);
      case SnapshotSent sent -> raft.reportSnapshot(sent.member, sent.arrived);
      case Installed installed -> {
        confState = installed.confState;
        updateLocalReads();
        reads.applied(installed.index);
      }
    }
  }

  /** What is proposed at the same time goes on in one message, to disk and to each member. */
  private void gather(Propose proposal) {
    gathered.add(proposal);
    gatheredBytes += proposal.data.length;
    if (gatheredBytes >= GATHERED_LIMIT_BYTES) {
      proposeGathered();
    }
  }

  private void proposeGathered() {
    if (gathered.size() > 1 && raft.leader() != 0 && proposeAtOnce()) {
      gathered.forEach(proposal -> proposal.pending.markTaken());
    } else {
      gathered.forEach(this::propose);
    }
    gathered.clear();
    gatheredBytes = 0;
  }

  /** Returns false if they may be too many at once, and each must be tried by itself. */
  private boolean proposeAtOnce() {
    gathered.removeIf(proposal -> proposal.pending.future().isDone());
    if (gathered.isEmpty()) {
      return true;
    }
    try {
      raft.propose(gathered.stream().map(Propose::data).toList());
      return true;
    } catch (RaftException.ProposalDropped _) {
      return false;
    }
  }

  private void propose(Input input) {
    if (raft.leader() == 0) {
      waitingForLeader.add(input);
      return;
    }
    try {
      switch (input) {
        case Received forwarded -> receive(forwarded.message);
        case Propose proposal -> {
          if (proposal.pending.future().isDone()) {
            return;
          }
          proposal.pending.markTaken();
          raft.propose(proposal.data);
        }
        case Reconfigure change -> {
          if (change.pending.future().isDone()) {
            return; // given up while nobody led
          }
          change.pending.markTaken();
          // Departure: etcd says nothing of a change that raft then passes over.
          proposals.limit(change.pending.id(), lastPollNanos, options.requestTimeoutNanos);
          raft.proposeConfChange(change.change);
        }
        default -> throw new AssertionError("no proposal: " + input);
      }
    } catch (RaftException.ProposalDropped dropped) {
      listener.failed();
      if (input instanceof Propose proposal) {
        proposals.fail(proposal.pending.id(), new NodeException.ProposalDropped());
      }
    }
  }

  private void receive(Message message) {
    if (message instanceof Message.Propose && raft.leader() == 0) {
      // Whoever forwards has seen a leader that we have not seen yet, or not any more.
      waitingForLeader.add(new Received(message, () -> {}));
      return;
    }
    try {
      raft.step(message);
    } catch (RaftException | MalformedException refused) {
      // A peer's proposal that nobody takes, or an answer from one we do not know: it asks again.
      log.atDebug().addKeyValue("error", refused).log("dropped a raft message");
    }
  }

  private void appended(Message.StorageAppend write) {
    write.hardState().ifPresent(this::keep);
    write
        .snapshot()
        .ifPresent(snapshot -> {
          beforeApplySnapshot.fire();
          storage.applySnapshot(snapshot);
          log.atInfo()
              .addKeyValue("snapshot-index", snapshot.index())
              .log("applied incoming Raft snapshot");
          afterApplySnapshot.fire();
        });
    storage.append(write.entries());
    List<Message> released = raft.appended(write);
    // Also where nothing is to be sent: a lone member passes the places of a leader too.
    if (softState.role() != RoleType.LEADER) {
      beforeFollowerSend.fire();
    }
    if (!released.isEmpty()) {
      send(released);
    }
  }

  private void watchHeartbeats(List<Message> messages, long nowNanos) {
    for (int i = 0; i < messages.size(); i++) {
      if (!(messages.get(i) instanceof Message.Heartbeat heartbeat)) {
        continue;
      }
      long late = heartbeats.sent(heartbeat.to(), nowNanos);
      if (late > 0) {
        log.atWarn()
            .addKeyValue("to", Long.toHexString(heartbeat.to()))
            .addKeyValue("heartbeat-interval", Duration.ofNanos(options.tickNanos))
            .addKeyValue("expected-duration", Duration.ofNanos(heartbeats.limitNanos()))
            .addKeyValue("exceeded-duration", Duration.ofNanos(late))
            .log(
                "leader failed to send out heartbeat on time; took too long, leader is overloaded"
                    + " likely from slow disk");
        listener.heartbeatLate();
      }
    }
  }

  /** What raft thinks of as a snapshot is only its place; the real one is made of the database. */
  private void send(List<Message> messages) {
    boolean snapshots = false;
    for (int i = 0; i < messages.size(); i++) {
      if (messages.get(i) instanceof Message.InstallSnapshot snapshot) {
        ports.snapshots.send(snapshot);
        snapshots = true;
      }
    }
    ports.transport.send(
        snapshots
            ? messages.stream()
                .filter(message -> !(message instanceof Message.InstallSnapshot))
                .toList()
            : messages);
  }

  private void keep(HardState hardState) {
    storage.setHardState(hardState);
    listener.committed(hardState.commit());
  }

  private void applied(Message.StorageApply batch, long nowNanos) {
    beforeAdvance.fire();
    raft.applied(batch);
    if (batch.entries().isEmpty()) {
      return;
    }
    var last = batch.entries().getLast();
    reads.applied(last.index());
    if (last.term() != appliedTerm) {
      appliedTerm = last.term();
      reads.firstCommitInTerm(nowNanos);
      updateLocalReads();
    }
  }

  private void compact(Compact compact) {
    if (Long.compareUnsigned(compact.index, storage.snapshot().index()) <= 0) {
      return; // a received snapshot has come between
    }
    if (ports.snapshots.inFlight()) {
      // The entries behind a snapshot on its way are what its receiver needs next.
      log.atInfo().log("skip compaction since there is an inflight snapshot");
      return;
    }
    storage.createSnapshot(compact.index, compact.confState, null);
    long upTo =
        Math.max(
            compact.index - options.catchupEntries,
            Math.min(compact.index, storage.lastBeyond(options.logBytes / 2)));
    // Raft reads from there on when it campaigns; to it a batch is applied when all of it is.
    long inUse = raft.applied();
    if (Math.min(upTo, inUse) > storage.firstIndex() - 1) {
      storage.compact(Math.min(upTo, inUse));
    } else if (storage.firstIndex() == 1 && compact.index > 1 && inUse >= 1) {
      // A member that joins now must start from a snapshot, as it would with the original.
      storage.compact(1);
    }
  }

  private void serve(Ready ready, long nowNanos) {
    ready.softState().ifPresent(now -> changed(now, nowNanos));
    for (ReadState state : ready.readStates()) {
      reads.confirmed(state.context() == null ? new byte[0] : state.context(), state.index());
    }
    if (softState.role() == RoleType.LEADER) {
      beforeLeaderSend.fire();
    } else if (!ready.messages().isEmpty()) {
      beforeFollowerSend.fire();
    }
    if (!ready.messages().isEmpty()) {
      watchHeartbeats(ready.messages(), nowNanos);
      send(ready.messages());
    }
    ready.storageAppend().ifPresentOrElse(this::save, this::passSaving);
    ready
        .storageApply()
        .ifPresent(batch ->
            ports.apply.offer(
                new ApplyLoop.Batch(batch.entries(), () -> inbox.offer(new Applied(batch)))));
  }

  private void save(Message.StorageAppend write) {
    ports.log.offer(
        new LogLoop.Append(
            write.hardState().orElse(HardState.EMPTY),
            write.entries(),
            write.snapshot().orElse(null),
            () -> write.snapshot().ifPresent(this::install),
            () -> inbox.offer(new Appended(write))));
  }

  /** What has nothing to save, a heartbeat say, passes the places of saving all the same. */
  private void passSaving() {
    beforeSave.fire();
    afterSave.fire();
  }

  /** On the log loop, when the snapshot is durable: before anything that follows it. */
  private void install(Snapshot snapshot) {
    ports.apply.offer(new ApplyLoop.Install(snapshot));
  }

  private void changed(SoftState now, long nowNanos) {
    boolean newLeader = now.leader() != 0 && now.leader() != softState.leader();
    boolean elected = now.role() == RoleType.LEADER && softState.role() != RoleType.LEADER;
    logLeader(softState.leader(), now.leader());
    softState = now;
    heartbeats.reset();
    if (elected) {
      electedNanos = nowNanos;
    }
    updateLocalReads();
    publish();
    if (elected) {
      passLostEntries();
    }
    listener.changed(view, newLeader);
    if (newLeader) {
      reads.leaderChanged();
    }
    if (now.leader() != 0) {
      waitingForLeader.takeAll().forEach(this::propose);
    }
  }

  /**
   * The database may know entries that the log has lost. What is proposed at their indexes is not
   * applied again and gets no answer; so empty entries take those indexes (spec/observed.md 13).
   */
  private void passLostEntries() {
    // The leader's own first entry, which is not stable yet, is one of them.
    long lost = options.appliedIndex - storage.lastIndex() - 1;
    if (lost < 0) {
      return;
    }
    log.atWarn()
        .addKeyValue("applied-index", options.appliedIndex)
        .addKeyValue("last-log-index", storage.lastIndex())
        .log("the database is ahead of the write-ahead log, which has lost its tail");
    for (long i = 0; i < lost; i++) {
      raft.propose(new byte[0]);
    }
  }

  private void logLeader(long before, long now) {
    if (before == now) {
      return;
    }
    String self = Long.toHexString(options.memberId);
    String term = Long.toUnsignedString(raft.term());
    if (now == 0) {
      raftLog.atInfo().log(
          "raft.node: {} lost leader {} at term {}", self, Long.toHexString(before), term);
    } else if (before == 0) {
      raftLog.atInfo().log(
          "raft.node: {} elected leader {} at term {}", self, Long.toHexString(now), term);
    } else {
      raftLog.atInfo().log(
          "raft.node: {} changed leader from {} to {} at term {}",
          self,
          Long.toHexString(before),
          Long.toHexString(now),
          term);
    }
  }

  private void updateLocalReads() {
    localReads = softState.role() == RoleType.LEADER && isSoleVoter() && appliedTerm == raft.term();
  }

  private boolean isSoleVoter() {
    return confState.votersOutgoing().isEmpty()
        && confState.voters().size() == 1
        && confState.voters().getFirst() == options.memberId;
  }

  private void publish() {
    RaftView now = view;
    if (now.committed() != raft.committed()
        || now.term() != raft.term()
        || now.leader() != softState.leader()
        || now.role() != softState.role()
        || now.confState() != confState) {
      view = look();
    }
  }

  private RaftView look() {
    return new RaftView(
        softState.leader(),
        softState.role(),
        raft.term(),
        raft.committed(),
        confState,
        electedNanos);
  }

  /** Why a request got no answer in time (spec/raft.md 9.6). */
  private NodeException timeout(Proposals.Pending<?> pending) {
    if (pending.isCounted()) {
      listener.failed();
    }
    if (!pending.isTaken()) {
      return new NodeException.NotProposed();
    }
    long failover = 2L * options.electionTicks * options.tickNanos;
    if (electedNanos != 0
        && pending.startNanos() - electedNanos < 0
        && pending.startNanos() - (electedNanos - failover) > 0) {
      return new NodeException.Timeout(TimeoutCause.LEADER_FAILURE);
    }
    if (softState.leader() != 0 && !isConnected(pending.startNanos())) {
      return new NodeException.Timeout(TimeoutCause.CONNECTION_LOST);
    }
    return new NodeException.Timeout(TimeoutCause.UNKNOWN);
  }

  /** To a quorum if this member leads, else to the leader; without a break since {@code since}. */
  private boolean isConnected(long sinceNanos) {
    if (softState.role() != RoleType.LEADER) {
      return wasActive(softState.leader(), sinceNanos);
    }
    int members = confState.voters().size() + confState.learners().size();
    long active =
        1
            + java.util.stream.Stream.concat(
                    confState.voters().stream(), confState.learners().stream())
                .filter(id -> id != options.memberId && wasActive(id, sinceNanos))
                .count();
    return active >= members / 2 + 1;
  }

  private boolean wasActive(long member, long sinceNanos) {
    long active = ports.transport.activeSinceNanos(member);
    return active != Transport.INACTIVE && active - sinceNanos < 0;
  }

  /** Fails all that wait. After the last poll. */
  public void close() {
    reads.stop();
  }
}
