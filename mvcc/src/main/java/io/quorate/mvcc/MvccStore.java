package io.quorate.mvcc;

import io.quorate.backend.Backend;
import io.quorate.backend.BackendView;
import io.quorate.backend.schema.BucketName;
import io.quorate.backend.schema.MetaKey;
import io.quorate.backend.schema.RevisionKey;
import io.quorate.gotext.GoBytes;
import io.quorate.io.Clock;
import io.quorate.io.Failpoints;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Keys, values and revisions of one member. The apply thread writes; whoever reads takes a {@link
 * View}.
 */
public final class MvccStore implements AutoCloseable {
  private final Backend backend;
  private final MvccOptions options;
  private final Clock clock;
  private final Failpoints failpoints;
  private final Logger log;
  private final MvccListener listener;
  private final HashStore hashes = new HashStore();
  private final List<PublicationListener> audience = new CopyOnWriteArrayList<>();
  private final Queue<Compaction> compactions = new ArrayDeque<>();

  /** All that were started and may not have ended, be it for a commit that they wait for. */
  private final List<Compaction> unfinished = new ArrayList<>();

  private final Compaction.Owner compactionOwner = new CompactionOwner();
  private final Failpoints.Point beforeCommitScheduled;
  private final Failpoints.Point afterCommitScheduled;

  // Apply thread.
  private KeyIndex index = new KeyIndex();
  private long revision = 1;
  private long compactedRevision = -1;
  private List<Change> unpublished = new ArrayList<>();
  private boolean dirty;
  private @Nullable WriteTransaction open;

  /** Set by the backend thread when a compaction is on the disk. */
  private volatile long finishedCompaction = -1;

  private volatile View published;

  private MvccStore(
      Backend backend,
      MvccOptions options,
      Clock clock,
      Failpoints failpoints,
      Logger log,
      MvccListener listener,
      LeaseSink leases) {
    this.backend = backend;
    this.options = options;
    this.clock = clock;
    this.failpoints = failpoints;
    this.log = log;
    this.listener = listener;
    this.beforeCommitScheduled = failpoints.point("compactBeforeCommitScheduledCompact");
    this.afterCommitScheduled = failpoints.point("compactAfterCommitScheduledCompact");
    Compaction.name(failpoints);
    load(leases);
    this.published = newView();
  }

  /** Reads {@code backend} and rebuilds the index; resumes a compaction that was interrupted. */
  public static MvccStore restore(
      Backend backend,
      MvccOptions options,
      Clock clock,
      Failpoints failpoints,
      Logger log,
      MvccListener listener,
      LeaseSink leases) {
    return new MvccStore(backend, options, clock, failpoints, log, listener, leases);
  }

  private void load(LeaseSink leases) {
    Restore restored = new Restore(backend.working(), log);
    index = restored.index;
    revision = restored.revision;
    finishedCompaction = restored.finishedCompaction;
    compactedRevision = restored.finishedCompaction;
    restored.attach(leases);
    if (finishedCompaction > 0) {
      log.atInfo()
          .addKeyValue("meta-bucket-name-key", "finishedCompactRev")
          .addKeyValue("restored-compact-revision", finishedCompaction)
          .log("restored last compact revision");
    }
    log.atInfo().addKeyValue("current-rev", revision).log("kvstore restored");
    if (restored.scheduledCompaction > restored.finishedCompaction) {
      log.atInfo()
          .addKeyValue("scheduled-compact-revision", restored.scheduledCompaction)
          .log("resume scheduled compaction");
      long previous = compactedRevision;
      compactedRevision = restored.scheduledCompaction;
      start(new Compaction(compactedRevision, previous, false, failpoints, compactionOwner));
    }
  }

  // ---- apply thread ----

  /** Begins the transaction of one entry; {@link WriteTransaction#end} comes before the next. */
  public WriteTransaction begin() {
    if (open != null) {
      throw new AssertionError("two write transactions at once");
    }
    WriteTransaction transaction = new WriteTransaction(this, backend, index, revision + 1);
    open = transaction;
    return transaction;
  }

  void changed(Change change) {
    unpublished.add(change);
  }

  void ended(
      WriteTransaction transaction,
      long newRevision,
      long puts,
      long deletes,
      long ranges,
      long putBytes) {
    if (open != transaction) {
      throw new AssertionError("a transaction that is not open ended");
    }
    open = null;
    if (newRevision != revision) {
      revision = newRevision;
      dirty = true;
    }
    listener.transaction(puts, deletes, ranges, putBytes);
  }

  void looksEnded(long ranges) {
    listener.transaction(0, 0, ranges, 0);
  }

  /**
   * Makes everything up to the last {@link Backend#applied} visible to readers and watchers: after
   * a batch of entries, and after the backend has committed. Costs little when there is nothing
   * new.
   */
  public void publish() {
    if (open != null) {
      throw new AssertionError("published inside a transaction");
    }
    if (!dirty && !backend.hasCommitted()) {
      return;
    }
    dirty = false;
    replaceView();
    if (!unpublished.isEmpty()) {
      List<Change> changes = unpublished;
      unpublished = new ArrayList<>();
      for (PublicationListener each : audience) {
        each.published(changes, revision);
      }
    }
  }

  private View newView() {
    BackendView records = backend.view();
    return new View(index.publish(), records, revision, compactedRevision, listener);
  }

  private void replaceView() {
    View old = published;
    published = newView();
    old.close();
  }

  /** The revision of the last ended transaction. */
  public long revision() {
    return revision;
  }

  public long compactedRevision() {
    return compactedRevision;
  }

  /**
   * Discards history below {@code atRevision}, which itself stays readable. Returns at once; the
   * future completes when the last record is gone.
   *
   * @throws MvccException.Compacted if {@code atRevision} ≤ the last compaction
   * @throws MvccException.FutureRevision if {@code atRevision} > the current one
   */
  public CompletableFuture<Void> compact(long atRevision) {
    if (atRevision <= compactedRevision) {
      throw new MvccException.Compacted(atRevision, compactedRevision);
    }
    if (atRevision > revision) {
      throw new MvccException.FutureRevision(atRevision, revision);
    }
    boolean previousFinished = compactedRevision == finishedCompaction;
    long previous = compactedRevision;
    compactedRevision = atRevision;
    dirty = true;
    backend.put(
        BucketName.META,
        MetaKey.SCHEDULED_COMPACTION.bytes(),
        RevisionKey.encode(atRevision, 0, false));
    Compaction compaction =
        new Compaction(atRevision, previous, previousFinished, failpoints, compactionOwner);
    start(compaction);
    looksEnded(1); // etcd reads a key here to learn the revision for its answer, and counts that
    return compaction.done;
  }

  private void start(Compaction compaction) {
    compactions.add(compaction);
    unfinished.removeIf(each -> each.done.isDone());
    unfinished.add(compaction);
    beforeCommitScheduled.fire();
    backend
        .forceCommit()
        .whenComplete((ignored, failure) -> {
          if (failure != null) {
            compaction.abandoned();
            return;
          }
          afterCommitScheduled.fire();
          if (compaction.oneLessMissing()) {
            backend.schedule(compaction);
          }
        });
  }

  /**
   * Does a slice of index compaction (2,000 keys). Between batches of entries.
   *
   * @return whether more is left
   */
  public boolean pollCompaction() {
    Compaction compaction = compactions.peek();
    if (compaction == null) {
      return false;
    }
    if (compaction.isNew()) {
      log.atInfo().addKeyValue("revision", compaction.revision).log("compact tree index");
    }
    long began = clock.nanos();
    boolean indexDone = compaction.compactIndex(index);
    dirty = true;
    listener.indexCompactionPause(clock.nanos() - began);
    if (indexDone) {
      compactions.remove();
      if (compaction.oneLessMissing()) {
        backend.schedule(compaction);
      }
    }
    return !compactions.isEmpty();
  }

  /** After {@link Backend#reload}: everything anew from the new file; watchers fall back. */
  public void reload(LeaseSink leases) {
    // What was to be compacted is not there any more; the new file says what is to be resumed.
    unfinished.forEach(Compaction::abandoned);
    unfinished.clear();
    compactions.clear();
    unpublished = new ArrayList<>();
    load(leases);
    dirty = false;
    replaceView();
    for (PublicationListener each : audience) {
      each.reloaded(revision);
    }
  }

  /** {@code listener} is told of every publication from now on. Before the first entry. */
  public void addListener(PublicationListener newListener) {
    audience.add(newListener);
  }

  // ---- any thread ----

  /** The newest published view, retained: the caller closes it. */
  public View view() {
    while (true) {
      View view = published;
      if (view.retain()) {
        return view;
      }
      Thread.onSpinWait(); // it was replaced a moment ago
    }
  }

  /** The revision that {@link #view} would have, without holding it. */
  public long publishedRevision() {
    return published.revision();
  }

  /**
   * Begins to hash the history visible at {@code atRevision} (0: the current one). A hash that a
   * compaction at exactly that revision left behind is answered first.
   *
   * @throws MvccException.Compacted as ranges do
   * @throws MvccException.FutureRevision as ranges do
   */
  public HashWalk hashByRevision(long atRevision) {
    View view = view();
    StoredHash known = hashes.at(atRevision).orElse(null);
    if (known != null) {
      return new HashWalk(view, known, listener);
    }
    try {
      if (atRevision > 0 && atRevision < view.compactedRevision()) {
        throw new MvccException.Compacted(atRevision, view.compactedRevision());
      }
      if (atRevision > view.revision()) {
        throw new MvccException.FutureRevision(atRevision, view.revision());
      }
    } catch (MvccException e) {
      view.close();
      throw e;
    }
    // A negative revision is none that ever was: nothing is visible there, as in etcd.
    long at = atRevision == 0 ? view.revision() : atRevision;
    return new HashWalk(view, at, listener, clock::nanos);
  }

  /** Hashes of finished compactions, at most ten, by descending revision. */
  public List<StoredHash> storedHashes() {
    return hashes.all();
  }

  /** Gives the last view back. Apply thread, as the last thing. */
  @Override
  public void close() {
    published.close();
  }

  private final class CompactionOwner implements Compaction.Owner {
    @Override
    public void finished(Compaction compaction, StoredHash hash, long nanos, long deleted) {
      finishedCompaction = compaction.revision;
      listener.compacted(nanos, deleted, clock.epochMillis() / 1000);
      log.atInfo()
          .addKeyValue("compact-revision", compaction.revision)
          .addKeyValue("took", Duration.ofNanos(nanos))
          .addKeyValue("hash", Integer.toUnsignedLong(hash.hash()))
          .addKeyValue("current-db-size-bytes", backend.sizeBytes())
          .addKeyValue("current-db-size", GoBytes.format(backend.sizeBytes()))
          .addKeyValue("current-db-size-in-use-bytes", backend.sizeInUseBytes())
          .addKeyValue("current-db-size-in-use", GoBytes.format(backend.sizeInUseBytes()))
          .log("finished scheduled compaction");
      if (!compaction.storesHash) {
        log.atInfo().log("previous compaction was interrupted, skip storing compaction hash value");
        return;
      }
      log.atInfo()
          .addKeyValue("hash", Integer.toUnsignedLong(hash.hash()))
          .addKeyValue("revision", hash.revision())
          .addKeyValue("compact-revision", hash.compactRevision())
          .log("storing new hash");
      hashes.add(hash);
    }

    @Override
    public MvccOptions options() {
      return options;
    }

    @Override
    public MvccListener listener() {
      return listener;
    }

    @Override
    public long nanos() {
      return clock.nanos();
    }
  }
}
