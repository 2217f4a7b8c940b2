package io.quorate.node;

import io.quorate.backend.Backend;
import io.quorate.io.Clock;
import io.quorate.io.Failpoints;
import io.quorate.mvcc.watch.WatchHub;
import io.quorate.mvcc.watch.WatchListener;
import io.quorate.node.duty.AutoCompaction;
import io.quorate.node.duty.DutyLoop;
import io.quorate.node.loop.ApplyEvents;
import io.quorate.node.loop.ApplyLoop;
import io.quorate.node.loop.Inbox;
import io.quorate.node.loop.LogLoop;
import io.quorate.node.loop.Loop;
import io.quorate.node.loop.RaftListener;
import io.quorate.node.loop.RaftLoop;
import io.quorate.node.port.OtherMembers;
import io.quorate.node.port.Transport;
import io.quorate.node.propose.Proposals;
import io.quorate.node.propose.RequestIds;
import io.quorate.node.read.ReadRounds;
import io.quorate.node.watch.WatchLoop;
import io.quorate.raft.Config;
import io.quorate.raft.Peer;
import io.quorate.raft.RawNode;
import io.quorate.raft.Status;
import io.quorate.raft.log.MemoryStorage;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeType;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Message;
import io.quorate.raft.message.Snapshot;
import io.quorate.statemachine.ApplyError;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.StateMachine;
import io.quorate.statemachine.alarm.ActiveAlarm;
import io.quorate.statemachine.apply.Stores;
import io.quorate.statemachine.auth.Identity;
import io.quorate.statemachine.membership.Membership;
import io.quorate.statemachine.membership.MembershipListener;
import io.quorate.statemachine.membership.MembershipView;
import io.quorate.statemachine.membership.Version;
import io.quorate.statemachine.request.Alarm;
import io.quorate.statemachine.request.ClusterMemberAttrSet;
import io.quorate.statemachine.request.ClusterVersionSet;
import io.quorate.statemachine.request.Compaction;
import io.quorate.statemachine.request.LeaseCheckpoint;
import io.quorate.statemachine.request.LeaseRevoke;
import io.quorate.statemachine.request.ProtoWriter;
import io.quorate.wal.SnapshotDirectory;
import io.quorate.wal.Wal;
import io.quorate.wal.WalDirectory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;

/**
 * One member's engine, without threads: the loops, and what requests do with them. Whoever builds
 * it gives each of {@link #loops} a thread, or calls them in turn.
 *
 * <p>A write is {@link #propose}; a linearizable read is {@link #linearizable} and then a view of
 * the store; everything else a client sees is read from {@link #stores}.
 */
public final class Member implements AutoCloseable {
  /**
   * What the member starts from: what recovery or bootstrap found.
   *
   * @param known other members that the database does not name yet: of the cluster being joined
   */
  public record Origin(
      Optional<Snapshot> snapshot,
      HardState hardState,
      List<Entry> entries,
      List<Peer> newPeers,
      Wal wal,
      WalDirectory segments,
      SnapshotDirectory snapshots,
      List<io.quorate.statemachine.membership.Member> known) {}

  /** The way to the other members. */
  public record Network(Transport transport, OtherMembers others) {
    /** For a member that is alone. */
    public static final Network NONE = new Network(Transport.NONE, OtherMembers.NONE);
  }

  /** What is told of the member's life. */
  public record Listeners(
      RaftListener raft,
      ReadRounds.ReadListener reads,
      WatchListener watch,
      DutyListener duty,
      MembershipChanges.PromotionListener promotions) {
    public static final Listeners NONE =
        new Listeners(
            RaftListener.NONE,
            ReadRounds.ReadListener.NONE,
            WatchListener.NONE,
            new DutyListener() {},
            MembershipChanges.PromotionListener.NONE);
  }

  /** What is counted of duties. */
  public interface DutyListener {
    /** A lease got all of its time again. Any thread. */
    default void leaseRenewed() {}

    default void leaseExpired() {}
  }

  /** A loop with the name of the thread it wants. */
  public record NamedLoop(String thread, Loop loop, Consumer<Runnable> onWork) {}

  /** How many entries may be committed and not applied before new requests are refused. */
  public static final long MAX_APPLY_LAG = 5000;

  private static final int MAX_INFLIGHT_MESSAGES = 512;
  private static final long MAX_MESSAGE_BYTES = 1 << 20;
  private static final Duration APPLIED_WAIT = Duration.ofSeconds(1);
  private static final int STALE_TICKS = 3;

  private final MemberOptions options;
  private final StateMachine stateMachine;
  private final Backend backend;
  private final Clock clock;
  private final Logger log;
  private final RequestIds ids;
  private final Proposals<Outcome> proposals = new Proposals<>();
  private final Proposer proposer;
  private final Leases leases;
  private final RaftLoop raftLoop;
  private final LogLoop logLoop;
  private final ApplyLoop applyLoop;
  private final WatchLoop watchLoop;
  private final DutyLoop dutyLoop;
  private final Optional<AutoCompaction> compaction;
  private final Listeners listeners;
  private final Transport transport;
  private final OtherMembers others;
  private final SnapshotsToSend snapshots;
  private final MembershipChanges changes;
  private final CompletableFuture<Void> removed = new CompletableFuture<>();
  private final LeadershipTransfers transfers;
  private final VersionKeeper versions;
  private final Publication publication;
  private volatile boolean stopping;

  /** Automatic compaction around a member that is being made. */
  @FunctionalInterface
  public interface CompactionFactory {
    Optional<AutoCompaction> create(
        java.util.function.LongSupplier revision,
        java.util.function.LongFunction<CompletableFuture<?>> compact);
  }

  public Member(
      MemberOptions options,
      Origin origin,
      StateMachine stateMachine,
      Network network,
      CompactionFactory compactions,
      Clock clock,
      RandomGenerator random,
      Failpoints failpoints,
      Listeners listeners,
      Logger log,
      Logger raftLog) {
    this.options = options;
    this.stateMachine = stateMachine;
    this.backend = stateMachine.stores().backend();
    this.clock = clock;
    this.log = log;
    this.listeners = listeners;
    this.transport = network.transport;
    this.others = network.others;
    snapshots = new SnapshotsToSend(backend, transport, clock, id -> snapshotSent(id, false), log);
    ids = new RequestIds(options.memberId(), clock.epochMillis());
    var storage = new MemoryStorage();
    origin.snapshot.ifPresent(storage::applySnapshot);
    storage.setHardState(origin.hardState);
    storage.append(origin.entries);
    var raft =
        new RawNode(
            Config.builder(options.memberId(), storage, random)
                .observer(new LoggedRaft(raftLog))
                .electionTicks(options.electionTicks())
                .heartbeatTicks(1)
                .maxMessageBytes(MAX_MESSAGE_BYTES)
                .maxInflightMessages(MAX_INFLIGHT_MESSAGES)
                .checkQuorum(true)
                .preVote(options.preVote())
                .asyncStorageWrites(true)
                .soleVoterCampaigns(true)
                .build());
    if (!origin.newPeers.isEmpty()) {
      raft.bootstrap(origin.newPeers);
    }
    logLoop =
        new LogLoop(
            origin.wal,
            origin.segments,
            origin.snapshots,
            new LogLoop.Retention(options.maxWals(), options.maxSnapshots()),
            failpoints,
            log);
    var applyInbox = new Inbox<ApplyLoop.Input>();
    raftLoop =
        new RaftLoop(
            new RaftLoop.Options(
                options.memberId(),
                options.tick().toNanos(),
                options.electionTicks(),
                options.advanceTicks(),
                options.catchupEntries(),
                options.logBytes(),
                options.requestTimeout().toNanos(),
                options.contact().toNanos(),
                stateMachine.stores().membership().view().isOnly(options.memberId()),
                backend.appliedIndex()),
            raft,
            storage,
            new RaftLoop.Ports(logLoop.inbox(), applyInbox, transport, snapshots),
            proposals,
            readIndex ->
                new ReadRounds(
                    ids,
                    readIndex,
                    options.requestTimeout().toNanos(),
                    listeners.reads,
                    new RequestTrace(clock, log),
                    log),
            new Leadership(),
            failpoints,
            log,
            raftLog);
    proposer =
        new Proposer(options, ids, proposals, raftLoop.inbox(), stateMachine.stores(), clock, log);
    applyLoop =
        new ApplyLoop(
            new ApplyLoop.Options(
                options.memberId(),
                options.snapshotCount(),
                options.logBytes(),
                origin.snapshot.map(Snapshot::index).orElse(0L),
                storage.lastIndex(),
                storage.term(storage.lastIndex()),
                origin.snapshot.map(Snapshot::confState).orElse(ConfState.EMPTY)),
            stateMachine,
            origin.snapshots::databasePath,
            id -> proposals.find(id) != null,
            new Answers(),
            applyInbox,
            raftLoop.inbox(),
            logLoop.inbox(),
            failpoints,
            log);
    leases = new Leases(stateMachine.stores(), others, new LeasesEngine(), listeners.duty, clock);
    var hub = new WatchHub(stateMachine.stores().mvcc(), listeners.watch);
    watchLoop = new WatchLoop(hub, options.watchProgress().toNanos(), random);
    compaction = compactions.create(() -> stateMachine.stores().mvcc().revision(), this::compact);
    dutyLoop =
        new DutyLoop(
            leases.times(),
            compaction,
            new Duties(),
            options.leaseCheckpoints(),
            options.requestTimeout().toNanos(),
            log);
    stateMachine.stores().membership().listen(new Peers());
    Membership members = stateMachine.stores().membership();
    transport.members(members.view().list());
    origin.known.forEach(transport::add);
    changes =
        new MembershipChanges(
            options.memberId(),
            options.clusterId(),
            options.strictReconfiguration(),
            new ChangesEngine(),
            members::view,
            transport,
            others,
            listeners.promotions,
            log);
    transfers =
        new LeadershipTransfers(
            options.memberId(),
            raftLoop.inbox(),
            raftLoop::view,
            members::view,
            transport,
            clock,
            log);
    versions =
        new VersionKeeper(
            options,
            stateMachine.stores(),
            others,
            () -> raftLoop.view().leads() && !stopping,
            version -> propose(ClusterVersionSet.FIELD, version.encode()),
            log);
    // However long the log is that is still to be applied: this one proposal waits for its turn.
    publication =
        new Publication(
            options,
            mine -> proposer.proposeOwn(ClusterMemberAttrSet.FIELD, mine.encode()),
            failpoints.point("beforePublishing")::fire,
            () -> stopping,
            log);
  }

  /**
   * The loops, each with the thread it should have. Raft, log and apply share one, and are polled
   * in this order: a lone write crosses two threads instead of five, and a busy member is faster
   * too (put, 512 clients: 43,700/s against 32,000/s with three threads on two cores;
   * bench/compare).
   */
  public List<NamedLoop> loops() {
    Loop commit =
        now -> {
          long next = backend.commitLoop().poll(now);
          return next == Loop.UNTIL_WOKEN ? next : Math.max(0, next - now);
        };
    return List.of(
        new NamedLoop("etcd-raft", raftLoop, raftLoop.inbox()::onOffer),
        new NamedLoop("etcd-raft", logLoop, logLoop.inbox()::onOffer),
        new NamedLoop("etcd-raft", applyLoop, applyLoop.inbox()::onOffer),
        new NamedLoop(
            "etcd-backend", commit, wake -> backend.onCommitted(applyLoop::backendCommitted, wake)),
        new NamedLoop("etcd-watch", watchLoop, watchLoop.hub()::onWork),
        new NamedLoop("etcd-duty", dutyLoop, dutyLoop::onWork));
  }

  /**
   * Proposes the member's name and client URLs until that is applied; then it may serve. The future
   * completes then.
   */
  public CompletableFuture<Void> publish() {
    publication.begin();
    return publication.done();
  }

  /** Proposes what the member itself wants. */
  public CompletableFuture<Outcome> propose(int field, byte[] body) {
    return propose(Identity.NONE, field, body);
  }

  /**
   * Proposes the request of field {@code field} with the encoded message {@code body} for {@code
   * caller}, whose rights are checked when it is applied; the future completes when its effects can
   * be read.
   *
   * <p>Fails with a {@link NodeException}. Any thread.
   */
  public CompletableFuture<Outcome> propose(Identity caller, int field, byte[] body) {
    if (raftLoop.view().committed() > applyLoop.applied().index() + MAX_APPLY_LAG) {
      return CompletableFuture.failedFuture(new NodeException.TooManyRequests());
    }
    return proposer.propose(caller, field, body);
  }

  /** A request id nobody else has; lease ids are made of these. */
  public long nextId() {
    return ids.next();
  }

  /**
   * Completes when the newest view is at least as new as this call. Often at once: see {@link
   * #readsAreLocal}. Any thread.
   */
  public CompletableFuture<Void> linearizable() {
    return raftLoop.readsAreLocal() ? CompletableFuture.completedFuture(null) : throughRaft();
  }

  /**
   * The same, but asked of raft itself whatever may be known without it: where its thread stands
   * still this does not complete. For health checks.
   */
  public CompletableFuture<Void> throughRaft() {
    var reader = new CompletableFuture<Void>();
    if (stopping) {
      reader.completeExceptionally(new NodeException.Stopped());
    } else {
      raftLoop.inbox().offer(new RaftLoop.Read(reader));
    }
    return reader;
  }

  /** Whether a read needs nobody's word but this member's. Any thread. */
  public boolean readsAreLocal() {
    return raftLoop.readsAreLocal();
  }

  // ---- what the network brings ----

  /**
   * A message of another member has come. Any thread.
   *
   * @param taken run when raft has it, on raft's thread: until then it takes up room
   */
  public void receive(Message message, Runnable taken) {
    raftLoop.inbox().offer(new RaftLoop.Received(message, taken));
  }

  /** Something for {@code memberId} was lost on the way. Any thread. */
  public void unreachable(long memberId) {
    raftLoop.inbox().offer(new RaftLoop.Unreachable(memberId));
  }

  /** What became of a snapshot for {@code memberId}. Any thread. */
  public void snapshotSent(long memberId, boolean arrived) {
    snapshots.sent(arrived);
    raftLoop.inbox().offer(new RaftLoop.SnapshotSent(memberId, arrived));
  }

  /** Others say that this member was removed. Any thread. */
  public void removedByOthers() {
    removed.complete(null);
  }

  /** Completes when this member is none any more: it must stop. */
  public CompletableFuture<Void> removed() {
    return removed;
  }

  /** Changes of the membership. */
  public MembershipChanges changes() {
    return changes;
  }

  /** Since when another member has been reachable, or {@link Transport#INACTIVE}. Any thread. */
  public Transport transport() {
    return transport;
  }

  /** What other members can be asked. */
  public OtherMembers others() {
    return others;
  }

  private final class ChangesEngine implements MembershipChanges.Engine {
    @Override
    public RaftView raft() {
      return raftLoop.view();
    }

    @Override
    public CompletableFuture<Void> caughtUp() {
      return Member.this.caughtUp();
    }

    @Override
    public CompletableFuture<Status> status() {
      return Member.this.status();
    }

    @Override
    public CompletableFuture<Outcome> reconfigure(ConfChange change) {
      return proposer.reconfigure(change, false);
    }

    @Override
    public CompletableFuture<Outcome> promote(ConfChange change) {
      return proposer.reconfigure(change, true);
    }

    @Override
    public long nanos() {
      return clock.nanos();
    }
  }

  /** Keeps the transport's peers what the membership says. On the apply thread. */
  private final class Peers implements MembershipListener {
    @Override
    public void changed(MembershipView before, MembershipView after) {
      for (var member : after.list()) {
        boolean same =
            before
                .member(member.id())
                .filter(known -> known.peerUrls().equals(member.peerUrls()))
                .isPresent();
        if (!same) {
          transport.add(member);
        }
      }
      for (var member : before.list()) {
        if (after.member(member.id()).isEmpty()) {
          transport.remove(member.id());
        }
      }
    }

    @Override
    public void recovered(MembershipView view) {
      transport.members(view.list());
    }

    @Override
    public void clusterVersionSet(Optional<Version> before, Version now) {
      if (before.isPresent() && now.compareTo(before.get()) < 0) {
        applyLoop.forceSnapshot();
      }
      versions.changed(before, now);
      dutyLoop.versionsChanged();
    }
  }

  /** Completes when everything committed by now is applied, or fails after a second. Any thread. */
  public CompletableFuture<Void> caughtUp() {
    return reached(raftLoop.view().committed(), APPLIED_WAIT);
  }

  /** Completes when entry {@code index} can be read, or fails after {@code limit}. Any thread. */
  public CompletableFuture<Void> reached(long index, Duration limit) {
    if (Long.compareUnsigned(applyLoop.applied().index(), index) >= 0) {
      return CompletableFuture.completedFuture(null);
    }
    var reached = new CompletableFuture<Void>();
    applyLoop.inbox().offer(new ApplyLoop.Await(index, clock.nanos() + limit.toNanos(), reached));
    return reached;
  }

  /** The time of leases. */
  public Leases leases() {
    return leases;
  }

  private final class LeasesEngine implements Leases.Engine {
    @Override
    public CompletableFuture<Void> caughtUp() {
      return Member.this.caughtUp();
    }

    @Override
    public CompletableFuture<Void> throughRaft() {
      return Member.this.throughRaft();
    }

    @Override
    public boolean isTickFresh() {
      return Member.this.isTickFresh();
    }

    @Override
    public CompletableFuture<?> checkpoint(List<LeaseCheckpoint.Remaining> remaining) {
      return Member.this.checkpoint(remaining);
    }

    @Override
    public List<String> leaderUrls() {
      return changes.leaderUrls();
    }
  }

  private boolean isTickFresh() {
    return clock.nanos() - raftLoop.lastTickNanos() < STALE_TICKS * options.tick().toNanos();
  }

  /** Hands leadership to {@code target}; completes when this member sees it lead. Any thread. */
  public CompletableFuture<Void> transferLeadership(long target) {
    return transfers.to(target);
  }

  /**
   * Hands leadership, if this member has it, to the voter that has been reachable for the longest
   * time, so that a graceful stop costs the cluster no election. Completes at once where there is
   * nobody to hand it to.
   */
  public CompletableFuture<Void> handOver() {
    return transfers.toAnybody();
  }

  public MemberOptions options() {
    return options;
  }

  public Stores stores() {
    return stateMachine.stores();
  }

  public RaftView raft() {
    return raftLoop.view();
  }

  /** How raft is, in the original's JSON. Any thread. */
  public CompletableFuture<String> raftStatus() {
    return status().thenApply(Status::toJson);
  }

  private CompletableFuture<Status> status() {
    var answer = new CompletableFuture<Status>();
    raftLoop.inbox().offer(new RaftLoop.Ask(answer));
    return answer;
  }

  /** How many requests wait for being applied. Any thread. */
  public int pendingProposals() {
    return proposals.size();
  }

  public AppliedPoint applied() {
    return applyLoop.applied();
  }

  public WatchLoop watches() {
    return watchLoop;
  }

  public Clock clock() {
    return clock;
  }

  /** Whether {@link #publish} has succeeded. */
  public CompletableFuture<Void> published() {
    return publication.done();
  }

  /** The version of the storage, as far as it can be told (spec/storage.md 7.1). Any thread. */
  public Optional<Version> storageVersion() {
    return versions.storage();
  }

  /** Runs {@code question} on the apply thread, between entries. */
  public <T> CompletableFuture<T> onApplyThread(Function<Stores, T> question) {
    var answer = new CompletableFuture<T>();
    applyLoop
        .inbox()
        .offer(new ApplyLoop.Task(() -> answer.complete(question.apply(stateMachine.stores()))));
    return answer;
  }

  /** Nobody is waited for any more: all pending requests fail. Before the loops are stopped. */
  public void stop() {
    stopping = true;
    proposals.stop();
  }

  /** Closes what the loops own. After they have stopped. */
  @Override
  public void close() {
    stop();
    raftLoop.close();
    try {
      // Readers keep the file and its lock; the store's own view is the last of them.
      stateMachine.stores().mvcc().close();
      backend.close();
    } finally {
      logLoop.close();
    }
  }

  private CompletableFuture<Outcome> compact(long revision) {
    return accepted(
        propose(Compaction.FIELD, new ProtoWriter(12).number(1, revision).toByteArray()),
        error -> error instanceof ApplyError.Compacted);
  }

  private CompletableFuture<Outcome> checkpoint(List<LeaseCheckpoint.Remaining> leases) {
    return propose(LeaseCheckpoint.FIELD, new LeaseCheckpoint(leases).encode());
  }

  /** Turns a refusal into a failure, but for one that {@code harmless} accepts. */
  private static CompletableFuture<Outcome> accepted(
      CompletableFuture<Outcome> outcome, java.util.function.Predicate<ApplyError> harmless) {
    return outcome.thenApply(done -> {
      Optional<ApplyError> error =
          switch (done) {
            case Outcome.Refused refused -> Optional.of(refused.error());
            case Outcome.Compaction compaction -> compaction.error();
            default -> Optional.empty();
          };
      if (error.isPresent() && !harmless.test(error.get())) {
        throw new IllegalStateException(error.get().toString());
      }
      return done;
    });
  }

  private final class Leadership implements RaftListener {
    @Override
    public void changed(RaftView now, boolean newLeader) {
      if (now.leads()) {
        compaction.ifPresent(AutoCompaction::resume);
      } else {
        leases.demoted();
        compaction.ifPresent(AutoCompaction::pause);
      }
      transfers.leads(now.leader());
      listeners.raft.changed(now, newLeader);
    }

    @Override
    public void committed(long index) {
      listeners.raft.committed(index);
    }

    @Override
    public void failed() {
      listeners.raft.failed();
    }

    @Override
    public void heartbeatLate() {
      listeners.raft.heartbeatLate();
    }
  }

  private final class Answers implements ApplyEvents {
    @Override
    public void answered(long requestId, Outcome outcome) {
      if (outcome instanceof Outcome.Refused refused
          && refused.error() instanceof ApplyError.NoSpace full
          && full.raiseAlarm()) {
        log.atWarn()
            .addKeyValue("quota-size-bytes", backend.sizeBytes())
            .log("message exceeded backend quota; raising alarm");
        proposals.unlimit(requestId);
        raiseNoSpace().whenComplete((done, failure) -> proposals.complete(requestId, outcome));
        return;
      }
      if (outcome instanceof Outcome.Compaction compaction && compaction.physical()) {
        proposals.unlimit(requestId);
        compaction
            .running()
            .thenCompose(done -> backend.forceCommit())
            .whenComplete((done, failure) -> proposals.complete(requestId, outcome));
        return;
      }
      proposals.complete(requestId, outcome);
    }

    @Override
    public void reconfigured(ConfChange change) {
      if (change.type() == ConfChangeType.REMOVE_NODE && change.nodeId() == options.memberId()) {
        removed.complete(null);
      }
    }

    @Override
    public void installing(boolean underway) {
      listeners.raft.installing(underway);
    }

    @Override
    public void firstOfTerm(long term) {
      RaftView now = raftLoop.view();
      if (now.leads() && now.term() == term) {
        leases.promote(options.electionTimeout().toNanos());
        // Leadership may have been lost while the leases were counted.
        if (!raftLoop.view().leads()) {
          leases.demoted();
        }
        dutyLoop.versionsChanged();
      }
    }
  }

  /** Raises the alarm that this member's database is full. */
  public CompletableFuture<Outcome> raiseNoSpace() {
    return propose(
        Alarm.FIELD, new Alarm(Alarm.ACTIVATE, options.memberId(), ActiveAlarm.NOSPACE).encode());
  }

  private final class Duties implements DutyLoop.Actions {
    @Override
    public CompletableFuture<Boolean> leadsForSure() {
      if (!raftLoop.view().leads() || isTickFresh()) {
        return CompletableFuture.completedFuture(raftLoop.view().leads());
      }
      // It was paused, say. Whoever answers, the question may have gone to another leader.
      return throughRaft()
          .handle((confirmed, failure) -> failure == null && raftLoop.view().leads());
    }

    @Override
    public CompletableFuture<?> revoke(long leaseId) {
      return accepted(
          propose(proposer.asRoot(), LeaseRevoke.FIELD, new LeaseRevoke(leaseId).encode()),
          error -> error instanceof ApplyError.LeaseNotFound);
    }

    @Override
    public CompletableFuture<?> checkpoint(List<LeaseCheckpoint.Remaining> leases) {
      return Member.this.checkpoint(leases);
    }

    @Override
    public void checkVersions() {
      versions.decide();
      applyLoop.inbox().offer(new ApplyLoop.Task(versions::checkStorage));
    }

    @Override
    public void leaseExpired() {
      listeners.duty.leaseExpired();
    }
  }
}
