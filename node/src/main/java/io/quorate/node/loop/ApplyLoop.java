package io.quorate.node.loop;

import io.quorate.io.Failpoints;
import io.quorate.node.AppliedPoint;
import io.quorate.node.NodeException;
import io.quorate.node.NodeException.TimeoutCause;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeType;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryType;
import io.quorate.raft.message.Snapshot;
import io.quorate.statemachine.ApplyResult;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.StateMachine;
import io.quorate.statemachine.membership.Membership;
import io.quorate.statemachine.membership.MembershipView;
import io.quorate.statemachine.membership.V2Store;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Owns the state machine. Applies committed entries in order, a bounded number at a time, and lets
 * readers see them all at once; only then are the requests answered, so that whoever has an answer
 * can read what it says.
 *
 * <pre>
 *   entries ─► apply, apply, … ─► publish ─► answers ─► raft may forget them ─► answers of changes
 *                  │
 *                  └ a change of the configuration: raft answers first, then on
 * </pre>
 *
 * <p>Raft takes no change of the configuration while it does not count the last one as applied; so
 * whoever asked for that one, and may ask for another at once, is answered after raft was told.
 */
public final class ApplyLoop implements Loop {
  /** What the loop is told. */
  public sealed interface Input {}

  /** These are committed; {@code applied} is run once they can be read. */
  public record Batch(List<Entry> entries, Runnable applied) implements Input {}

  /** A snapshot from the leader is durable: become what it says. */
  public record Install(Snapshot snapshot) implements Input {}

  /** The database of {@code snapshot} has taken the place of ours. */
  private record Reloaded(Snapshot snapshot) implements Input {}

  /** Raft's answer to a {@link RaftLoop.ApplyChange}. */
  private record Changed(ConfState confState) implements Input {}

  /**
   * {@code reached} completes once {@code index} can be read, or fails at {@code deadlineNanos}.
   */
  public record Await(long index, long deadlineNanos, CompletableFuture<Void> reached)
      implements Input {}

  /** Something to be done on this thread, between entries. */
  public record Task(Runnable work) implements Input {}

  /**
   * @param snapshotCount applied entries between two .snap files
   * @param logBytes applied payload between two .snap files
   * @param snapshotIndex of the snapshot the log starts after; 0 without one
   * @param oldIndex the last entry that was in the log before this start; 0 without one
   * @param oldTerm its term
   */
  public record Options(
      long memberId,
      long snapshotCount,
      long logBytes,
      long snapshotIndex,
      long oldIndex,
      long oldTerm,
      ConfState confState) {}

  private static final int ENTRY_LIMIT = 1000;
  private static final int MEMORY_SNAPSHOT_ENTRIES = 100;
  // Of node 0, which raft passes over.
  private static final ConfChange NO_CHANGE = new ConfChange(0, ConfChangeType.ADD_NODE, 0, null);

  private record Answer(long requestId, Outcome outcome) {}

  private final Options options;
  private final StateMachine stateMachine;
  private final LongFunction<Path> databases;
  private final StateMachine.Awaited awaited;
  private final ApplyEvents events;
  private final Inbox<RaftLoop.Input> raft;
  private final Inbox<LogLoop.Task> log;
  private final Logger logger;
  private final Failpoints.Point beforeOpenSnapshot;
  private final Failpoints.Point afterOpenSnapshot;
  private final Inbox<Input> inbox;

  private final ArrayDeque<Batch> batches = new ArrayDeque<>();
  private final List<Answer> answers = new ArrayList<>();
  private final List<Runnable> finished = new ArrayList<>();
  // Of changes in the batch under way.
  private final List<Answer> changeAnswers = new ArrayList<>();
  private final List<Await> waiting = new ArrayList<>();
  private int position;
  private Membership.@Nullable Decision decision;
  private boolean committed;
  private volatile AppliedPoint applied;
  private long appliedIndex;
  private long term;
  private ConfState confState;
  private long memorySnapshotIndex;
  private long diskSnapshotIndex;
  // Payload applied since the one and the other.
  private long memorySnapshotBytes;
  private long diskSnapshotBytes;
  // The newest snapshot that came, until it can be read; one before it may still be on its way in.
  private @Nullable Snapshot installing;
  // Changes for which raft's answer is still to come, and nobody waits any more.
  private int overtakenChanges;
  private volatile boolean snapshotForced;

  /**
   * @param databases where the database received with the snapshot of an index lies
   */
  public ApplyLoop(
      Options options,
      StateMachine stateMachine,
      LongFunction<Path> databases,
      StateMachine.Awaited awaited,
      ApplyEvents events,
      Inbox<Input> inbox,
      Inbox<RaftLoop.Input> raft,
      Inbox<LogLoop.Task> log,
      Failpoints failpoints,
      Logger logger) {
    this.options = options;
    this.stateMachine = stateMachine;
    this.databases = databases;
    this.awaited = awaited;
    this.events = events;
    this.inbox = inbox;
    this.raft = raft;
    this.log = log;
    this.logger = logger;
    beforeOpenSnapshot = failpoints.point("applyBeforeOpenSnapshot");
    afterOpenSnapshot = failpoints.point("applyAfterOpenSnapshot");
    confState = options.confState;
    appliedIndex = options.snapshotIndex;
    memorySnapshotIndex = options.snapshotIndex;
    diskSnapshotIndex = options.snapshotIndex;
    applied = new AppliedPoint(appliedIndex, 0);
  }

  public Inbox<Input> inbox() {
    return inbox;
  }

  /** How far readers see. Any thread. */
  public AppliedPoint applied() {
    return applied;
  }

  /** The next applied batch is followed by a .snap file, however short the log is. Any thread. */
  public void forceSnapshot() {
    snapshotForced = true;
  }

  /** A commit of the backend is done: publish what readers take from the file. Any thread. */
  public void backendCommitted() {
    inbox.offer(new Task(() -> committed = true));
  }

  @Override
  public long poll(long nowNanos) {
    for (Input input = inbox.take(); input != null; input = inbox.take()) {
      switch (input) {
        case Batch batch -> batches.add(batch);
        case Install install -> install(install.snapshot);
        case Reloaded reloaded -> reloaded(reloaded.snapshot);
        case Changed changed -> finishChange(changed.confState);
        case Await await -> waiting.add(await);
        case Task task -> task.work.run();
      }
    }
    if (installing != null) {
      release(nowNanos);
      return UNTIL_WOKEN;
    }
    boolean more = applyEntries();
    long backendNext = stateMachine.stores().backend().poll(nowNanos);
    boolean compacting = stateMachine.stores().mvcc().pollCompaction();
    if (!finished.isEmpty() || !answers.isEmpty() || committed) {
      committed = false;
      publish();
    }
    snapshot();
    long next = Math.min(backendNext, release(nowNanos));
    if (more || compacting) {
      return 0;
    }
    return next == UNTIL_WOKEN ? UNTIL_WOKEN : Math.max(0, next - nowNanos);
  }

  /** Lets go whoever waited for what can be read now, or too long; returns the next deadline. */
  private long release(long nowNanos) {
    long next = UNTIL_WOKEN;
    for (var waiters = waiting.iterator(); waiters.hasNext(); ) {
      Await await = waiters.next();
      if (Long.compareUnsigned(await.index, applied.index()) <= 0) {
        waiters.remove();
        await.reached.complete(null);
      } else if (nowNanos - await.deadlineNanos >= 0) {
        waiters.remove();
        await.reached.completeExceptionally(new NodeException.Timeout(TimeoutCause.APPLIED_INDEX));
      } else {
        next = Math.min(next, await.deadlineNanos);
      }
    }
    return next;
  }

  /** Applies up to the limit; returns whether more can be applied at once. */
  private boolean applyEntries() {
    int left = ENTRY_LIMIT;
    while (!batches.isEmpty() && decision == null) {
      Batch batch = batches.element();
      while (position < batch.entries.size()) {
        if (decision != null || stateMachine.stores().backend().mustWait()) {
          return false;
        }
        if (left-- == 0) {
          return true;
        }
        apply(batch.entries.get(position));
      }
      if (decision == null) {
        finishBatch();
      }
    }
    return false;
  }

  private void finishBatch() {
    finished.add(batches.remove().applied);
    changeAnswers.forEach(answer -> finished.add(() -> send(answer)));
    changeAnswers.clear();
    position = 0;
  }

  private void apply(Entry entry) {
    if (entry.index() != appliedIndex + 1) {
      throw new AssertionError(
          "unexpected committed entry index: applied "
              + Long.toUnsignedString(entry.index())
              + " after "
              + Long.toUnsignedString(appliedIndex));
    }
    if (entry.type() == EntryType.NORMAL) {
      boolean old = isOld(entry);
      note(entry, stateMachine.apply(entry, old ? StateMachine.Awaited.NOBODY : awaited));
      return;
    }
    Membership.Decision judged = stateMachine.decide(entry);
    decision = judged;
    askOf(judged.change());
  }

  /**
   * Whether it was in the log before this start: nobody waits for it, even where a clock that went
   * back made a request id twice. What another leader has written over the tail of that log is of a
   * later term.
   */
  private boolean isOld(Entry entry) {
    return Long.compareUnsigned(entry.index(), options.oldIndex) <= 0
        && Long.compareUnsigned(entry.term(), options.oldTerm) <= 0;
  }

  private void finishChange(ConfState now) {
    if (overtakenChanges > 0) {
      overtakenChanges--;
      return;
    }
    Membership.Decision judged = decision;
    if (judged == null) {
      throw new AssertionError("a configuration that nobody asked for");
    }
    decision = null;
    confState = now;
    Entry entry = batches.element().entries.get(position);
    note(entry, stateMachine.apply(entry, judged, now));
    if (position == batches.element().entries.size()) {
      finishBatch();
    }
  }

  /**
   * Takes the leader's database in place of ours. Whoever waits for entries that it covers gets no
   * answer from here; nothing else is applied until every store has been read from it. To raft a
   * snapshot counts as applied once it is durable, so that the next may come meanwhile.
   */
  private void install(Snapshot snapshot) {
    about(snapshot).log("applying snapshot");
    Snapshot underway = installing;
    long newest = underway == null ? appliedIndex : underway.index();
    if (Long.compareUnsigned(snapshot.index(), newest) <= 0) {
      throw new AssertionError(
          "unexpected leader snapshot: index " + snapshot.index() + " is not after " + newest);
    }
    overtake();
    installing = snapshot;
    if (underway == null) {
      events.installing(true);
      reload(snapshot);
    }
  }

  /**
   * Drops what waits here. It is older than the snapshot: raft hands out nothing newer before the
   * snapshot is durable, and that is when it came. But raft counts the changes it has handed out,
   * and wants to be told of each.
   */
  private void overtake() {
    int first = position;
    if (decision != null) {
      decision = null;
      overtakenChanges++;
      first++;
    }
    while (!batches.isEmpty()) {
      List<Entry> entries = batches.element().entries;
      for (int i = first; i < entries.size(); i++) {
        if (entries.get(i).type() != EntryType.NORMAL) {
          overtakenChanges++;
          askOf(NO_CHANGE);
        }
      }
      first = 0;
      finishBatch();
    }
  }

  private void askOf(ConfChange change) {
    raft.offer(new RaftLoop.ApplyChange(change, now -> inbox.offer(new Changed(now))));
  }

  private void reload(Snapshot snapshot) {
    beforeOpenSnapshot.fire();
    stateMachine
        .stores()
        .backend()
        .reload(databases.apply(snapshot.index()))
        .whenComplete((done, failure) -> {
          if (failure == null) {
            inbox.offer(new Reloaded(snapshot));
          } // else the disk is dead, and the backend's own thread has said so
        });
  }

  private void reloaded(Snapshot snapshot) {
    stateMachine.stores().backend().reloaded();
    Snapshot newest = installing;
    if (newest != null && newest.index() != snapshot.index()) {
      // Nobody sees anything of this one: what the newest has overtaken counts as applied once
      // stores are read and published, and that must then be true.
      reload(newest);
      return;
    }
    byte[] data = snapshot.data();
    afterOpenSnapshot.fire();
    logger.atInfo().log("applySnapshot: opened snapshot backend");
    stateMachine.reload(
        data == null || data.length == 0 ? MembershipView.EMPTY : V2Store.read(data).view());
    installing = null;
    appliedIndex = snapshot.index();
    term = snapshot.term();
    confState = snapshot.confState();
    memorySnapshotIndex = appliedIndex;
    diskSnapshotIndex = appliedIndex;
    memorySnapshotBytes = 0;
    diskSnapshotBytes = 0;
    raft.offer(new RaftLoop.Installed(appliedIndex, confState));
    publish();
    events.installing(false);
    about(snapshot).log("applied snapshot");
  }

  private LoggingEventBuilder about(Snapshot incoming) {
    return logger
        .atInfo()
        .addKeyValue("current-snapshot-index", diskSnapshotIndex)
        .addKeyValue("current-applied-index", appliedIndex)
        .addKeyValue("incoming-leader-snapshot-index", incoming.index())
        .addKeyValue("incoming-leader-snapshot-term", incoming.term());
  }

  private void note(Entry entry, ApplyResult result) {
    position++;
    appliedIndex = entry.index();
    memorySnapshotBytes += entry.payloadBytes();
    diskSnapshotBytes += entry.payloadBytes();
    switch (result) {
      case ApplyResult.Empty empty -> {
        if (entry.term() != term) {
          events.firstOfTerm(entry.term());
        }
      }
      case ApplyResult.Known known -> {}
      case ApplyResult.Applied done -> {
        if (!isOld(entry)) {
          answers.add(new Answer(done.requestId(), done.outcome()));
        }
      }
      case ApplyResult.Reconfigured done -> {
        if (done.accepted()) {
          events.reconfigured(done.change());
        }
        if (!isOld(entry)) {
          changeAnswers.add(new Answer(done.change().id(), done.outcome()));
        }
      }
    }
    term = entry.term();
  }

  private void publish() {
    stateMachine.stores().mvcc().publish();
    applied = new AppliedPoint(appliedIndex, term);
    answers.forEach(this::send);
    answers.clear();
    finished.forEach(Runnable::run);
    finished.clear();
  }

  private void send(Answer answer) {
    events.answered(answer.requestId, answer.outcome);
  }

  /** Decides on snapshots after what was applied (spec/storage.md 5.4). */
  private void snapshot() {
    boolean forced = snapshotForced && appliedIndex != diskSnapshotIndex;
    if (forced
        || appliedIndex - diskSnapshotIndex > options.snapshotCount
        || diskSnapshotBytes > options.logBytes) {
      snapshotForced = false;
      saveSnapshot(forced);
      memorySnapshot();
    } else if (appliedIndex - memorySnapshotIndex > MEMORY_SNAPSHOT_ENTRIES
        || memorySnapshotBytes > options.logBytes / 4) {
      memorySnapshot();
    }
  }

  private void memorySnapshot() {
    if (appliedIndex > memorySnapshotIndex) {
      memorySnapshotIndex = appliedIndex;
      memorySnapshotBytes = 0;
      raft.offer(new RaftLoop.Compact(appliedIndex, confState));
    }
  }

  private void saveSnapshot(boolean forced) {
    logger
        .atInfo()
        .addKeyValue("local-member-id", Long.toHexString(options.memberId))
        .addKeyValue("local-member-applied-index", appliedIndex)
        .addKeyValue("local-member-snapshot-index", diskSnapshotIndex)
        .addKeyValue("local-member-snapshot-count", options.snapshotCount)
        .addKeyValue("snapshot-forced", forced)
        .log("triggering snapshot");
    var snapshot =
        new Snapshot(stateMachine.snapshotData(appliedIndex), confState, appliedIndex, term);
    diskSnapshotIndex = appliedIndex;
    diskSnapshotBytes = 0;
    // The database must hold what the snapshot says before the file says it (storage.md 10.8).
    stateMachine
        .stores()
        .backend()
        .forceCommit()
        .thenRun(() -> log.offer(new LogLoop.SaveSnapshot(snapshot, new CompletableFuture<>())));
  }
}
