package io.quorate.backend;

import io.quorate.backend.schema.BucketName;
import io.quorate.backend.schema.MetaKey;
import io.quorate.backend.schema.Migration;
import io.quorate.io.Clock;
import io.quorate.io.Disk;
import io.quorate.io.Failpoints;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;

/**
 * The one database of a member. A record put by the apply thread travels
 *
 * <pre>
 *   put → open buffer ─seal→ sealed buffers (at most two) ─commit→ bolt file
 *           apply thread              │                    backend thread
 *   view() = open + sealed + file as last committed: readers, any thread
 * </pre>
 *
 * A buffer is sealed between entries only and carries the index, term and conf state of the last
 * entry inside; all go to the disk in one bolt transaction. So the file always holds exactly the
 * effects of the entries up to the index it names.
 *
 * <p>A failed commit is remembered ({@link #failure}); from then on every write throws, and the
 * owner must stop the member.
 */
public final class Backend implements AutoCloseable {
  /** Sealed buffers that may wait for the backend thread; with a third, apply waits. */
  static final int MAX_SEALED = 2;

  private static final ValueLayout.OfLong BIG_ENDIAN_LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final BackendOptions options;
  private final CommitLoop commits;
  private final Failpoints.Point beforeWriteback;
  private final Failpoints.Point afterWriteback;

  // Apply thread.
  private WriteBuffer open;
  private final ArrayDeque<WriteBuffer> sealed = new ArrayDeque<>();
  private FileSnapshot file;
  private long appliedIndex;
  private long appliedTerm;
  private long sealedIndex;
  private boolean inEntry;

  /** The file has moved on since the last view: old pages are held for nothing. */
  private boolean viewIsOld;

  private long sealDueNanos = Long.MAX_VALUE;

  // From any thread to the apply thread.
  private final ConcurrentLinkedQueue<CompletableFuture<Void>> forced =
      new ConcurrentLinkedQueue<>();

  private volatile boolean closed;

  private Backend(
      Disk disk,
      Path path,
      BackendOptions options,
      Clock clock,
      Failpoints failpoints,
      Logger log,
      BackendListener listener) {
    this.options = options;
    this.beforeWriteback = failpoints.point("beforeWritebackBuf");
    this.afterWriteback = failpoints.point("afterWritebackBuf");
    this.commits = new CommitLoop(disk, path, options, clock, failpoints, log, listener);
    this.open = new WriteBuffer(1);
    this.file = commits.takeCommitted().orElseThrow().snapshot();
    readApplied();
  }

  /**
   * Opens or creates {@code file}; waits for its lock as bolt does.
   *
   * @throws io.quorate.bolt.BoltException if it is no database or a damaged one
   */
  public static Backend open(
      Disk disk,
      Path file,
      BackendOptions options,
      Clock clock,
      Failpoints failpoints,
      Logger log,
      BackendListener listener) {
    return new Backend(disk, file, options, clock, failpoints, log, listener);
  }

  private void readApplied() {
    try (BackendView view = view()) {
      appliedIndex = number(view, MetaKey.CONSISTENT_INDEX);
      appliedTerm = number(view, MetaKey.TERM);
    }
    sealedIndex = appliedIndex;
  }

  private static long number(BackendView view, MetaKey key) {
    return view.get(key.bucket(), key.bytes()).map(v -> v.get(BIG_ENDIAN_LONG, 0)).orElse(0L);
  }

  // ---- apply thread ----

  /** Puts a record of a bucket other than {@code key}. Neither array may change afterwards. */
  public void put(BucketName bucket, byte[] key, byte[] value) {
    commits.checkAlive();
    inEntry = true;
    open.put(bucket, key, Optional.of(value));
  }

  /** Deletes a record of a bucket other than {@code key}; no error where there is none. */
  public void delete(BucketName bucket, byte[] key) {
    commits.checkAlive();
    inEntry = true;
    open.put(bucket, key, Optional.empty());
  }

  /** Reads through buffers and file, changes of the open entry included; a copy. */
  public Optional<byte[]> get(BucketName bucket, byte[] key) {
    return working().get(bucket, key).map(Backend::copy);
  }

  private static byte[] copy(MemorySegment bytes) {
    return bytes.toArray(ValueLayout.JAVA_BYTE);
  }

  /** Visits all of {@code bucket} in key order, changes of the open entry included. */
  public void forEach(BucketName bucket, RecordVisitor visitor) {
    working().forEach(bucket, visitor);
  }

  /** Appends to bucket {@code key}; revisions must ascend. For mvcc. */
  public void putRevision(long main, long sub, boolean tombstone, byte[] keyValue) {
    commits.checkAlive();
    inEntry = true;
    open.putRevision(main, sub, tombstone, keyValue);
  }

  /**
   * Ends an entry: everything put or deleted since the last call belongs to {@code index} and goes
   * to the disk in one transaction with it. Also for entries without effect.
   */
  public void applied(long index, long term) {
    if (index <= appliedIndex) {
      throw new AssertionError("applied " + index + " after " + appliedIndex);
    }
    appliedIndex = index;
    appliedTerm = term;
    inEntry = false;
    if (isFull()) {
      adoptCommitted();
      sealIfRoom();
    }
  }

  /**
   * Ends changes that belong to no entry (bootstrap, migration): they go to the disk with the index
   * as it stands.
   */
  public void endUpkeep() {
    inEntry = false;
  }

  /**
   * Sets the applied index where it is not the next one: bootstrap, and a member made from a
   * backup.
   */
  public void resetApplied(long index, long term) {
    appliedIndex = index;
    appliedTerm = term;
    sealedIndex = -1;
  }

  /** The JSON that the next commit stores under meta/confState. */
  public void confState(byte[] json) {
    open.confState = json;
    open.operations++;
  }

  /** The last {@link #applied} index, or the one found in the file. */
  public long appliedIndex() {
    return appliedIndex;
  }

  public long appliedTerm() {
    return appliedTerm;
  }

  private boolean isFull() {
    return open.operations >= options.batchLimit() || open.bytes >= options.batchLimitBytes();
  }

  /** Whether no further entry may be applied until {@link #onCommitted} says so. */
  public boolean mustWait() {
    if (!isFull()) {
      return false;
    }
    adoptCommitted();
    sealIfRoom();
    return isFull();
  }

  /**
   * Seals the open buffer when it is due or a forced commit waits. To be called by the apply thread
   * between entries, and when it is woken.
   *
   * @return when it wants to be called again, or {@link Long#MAX_VALUE}
   */
  public long poll(long nowNanos) {
    if (inEntry) {
      throw new AssertionError("polled inside entry " + (appliedIndex + 1));
    }
    adoptCommitted();
    if (open.operations == 0) {
      sealDueNanos = Long.MAX_VALUE;
    } else if (sealDueNanos == Long.MAX_VALUE) {
      sealDueNanos = nowNanos + options.batchInterval().toNanos();
    }
    boolean due = isFull() || (sealDueNanos != Long.MAX_VALUE && nowNanos - sealDueNanos >= 0);
    if (due) {
      sealIfRoom();
    }
    serveForced();
    return sealDueNanos;
  }

  private void serveForced() {
    if (forced.isEmpty()) {
      return;
    }
    Optional<Throwable> dead = failure();
    if (dead.isEmpty() && hasUnsealed() && !sealIfRoom()) {
      return; // tried again when a commit is done
    }
    long sequence = open.sequence - 1;
    while (true) {
      CompletableFuture<Void> future = forced.poll();
      if (future == null) {
        return;
      }
      commits.completeWhenCommitted(sequence, future);
    }
  }

  private boolean hasUnsealed() {
    return open.operations > 0 || appliedIndex != sealedIndex;
  }

  private boolean sealIfRoom() {
    if (sealed.size() >= MAX_SEALED) {
      return false;
    }
    WriteBuffer full = open;
    full.seal(appliedIndex, appliedTerm);
    sealedIndex = appliedIndex;
    sealed.add(full);
    open = new WriteBuffer(full.sequence + 1);
    sealDueNanos = Long.MAX_VALUE;
    commits.commit(full);
    return true;
  }

  /** Whether a commit is done that no view shows yet: a reason to make one. */
  public boolean hasCommitted() {
    return viewIsOld || commits.hasCommitted();
  }

  private void adoptCommitted() {
    CommitLoop.Committed newest = commits.takeCommitted().orElse(null);
    if (newest == null) {
      return;
    }
    file.release();
    file = newest.snapshot();
    viewIsOld = true;
    while (!sealed.isEmpty() && sealed.element().sequence <= newest.sequence()) {
      sealed.remove();
    }
  }

  /** A new view of everything up to the last {@link #applied}; the caller closes it. */
  public BackendView view() {
    beforeWriteback.fire();
    adoptCommitted();
    BackendView view = new BackendView(slices(true), file.hold());
    viewIsOld = false;
    afterWriteback.fire();
    return view;
  }

  /**
   * Everything, changes of the open entry included, until the next change or call of {@link #poll},
   * {@link #applied} or {@link #view}. Not counted: not to be closed or kept.
   */
  public BackendView working() {
    return new BackendView(slices(false), file);
  }

  private WriteBuffer.Slice[] slices(boolean published) {
    WriteBuffer.Slice[] slices = new WriteBuffer.Slice[sealed.size() + 1];
    int i = 0;
    for (WriteBuffer buffer : sealed) {
      slices[i++] = buffer.sealed();
    }
    slices[i] = open.slice(published);
    return slices;
  }

  /**
   * Drops all buffers and goes on with {@code received}, a complete database file, which takes the
   * name of the present one. Readers keep the old file. Apply thread, which waits for the future
   * before it does anything else here, calls {@link #reloaded} and then restores every store.
   */
  public CompletableFuture<Void> reload(Path received) {
    return commits.reload(received, open.sequence);
  }

  /** Takes over the new file. Apply thread, when the future of {@link #reload} is complete. */
  public void reloaded() {
    sealed.clear();
    open = new WriteBuffer(open.sequence + 1);
    sealDueNanos = Long.MAX_VALUE;
    inEntry = false;
    adoptCommitted();
    readApplied();
  }

  /** The records of our own, for {@link Migration}; changes are ended by {@link #endUpkeep}. */
  public Migration.WritableRecords metaRecords() {
    return new Migration.WritableRecords() {
      @Override
      public Optional<byte[]> get(MetaKey key) {
        return Backend.this.get(key.bucket(), key.bytes());
      }

      @Override
      public void put(MetaKey key, byte[] value) {
        Backend.this.put(key.bucket(), key.bytes(), value);
      }

      @Override
      public void delete(MetaKey key) {
        Backend.this.delete(key.bucket(), key.bytes());
      }
    };
  }

  // ---- any thread ----

  /**
   * Everything applied before the apply thread's next {@link #poll} is committed when the future
   * completes (on the backend or the apply thread). It fails when the disk is dead or the backend
   * is closed.
   */
  public CompletableFuture<Void> forceCommit() {
    CompletableFuture<Void> future = new CompletableFuture<>();
    forced.add(future);
    if (closed) {
      refuseForced();
    }
    commits.wakeApply();
    return future;
  }

  /** High-water mark × page size after the last commit. */
  public long sizeBytes() {
    return commits.sizeBytes();
  }

  /** Without the free pages. */
  public long sizeInUseBytes() {
    return commits.sizeInUseBytes();
  }

  /** Whether a commit is on its way to the disk at this moment. */
  public boolean isCommitting() {
    return commits.isCommitting();
  }

  /** Bolt read transactions open now. */
  public int openReadTransactions() {
    return commits.openReadTransactions();
  }

  /**
   * Rewrites the file without holes. The future completes on the backend thread; it fails where the
   * copy did, and then the old file stays.
   */
  public CompletableFuture<Void> defragment() {
    return commits.defragment();
  }

  /** Forces a commit and opens a snapshot of it. */
  public CompletableFuture<BackendSnapshot> snapshot() {
    return forceCommit().thenApply(ignored -> commits.openSnapshot());
  }

  /** Queues {@code job} behind those already queued. */
  public void schedule(UpkeepJob job) {
    commits.schedule(job);
  }

  /** To be polled by the backend thread. */
  public CommitLoop commitLoop() {
    return commits;
  }

  /**
   * To be called once, before the threads start.
   *
   * @param wakeApply the apply thread should poll and publish: a commit is done, or was asked for
   * @param wakeCommits the commit loop has something to do
   */
  public void onCommitted(Runnable wakeApply, Runnable wakeCommits) {
    commits.onWork(wakeApply, wakeCommits);
  }

  /** Why the disk is dead, if it is. Every later write fails with it. */
  public Optional<Throwable> failure() {
    return commits.failure();
  }

  /** Commits what is applied (unless broken) and closes. After both threads have stopped. */
  @Override
  public void close() {
    try {
      if (failure().isEmpty() && !inEntry) {
        adoptCommitted();
        if (hasUnsealed() && !sealIfRoom()) {
          commits.commitAll();
          adoptCommitted();
          sealIfRoom();
        }
        serveForced(); // as long as there is a file of which a snapshot can be opened
      }
      commits.commitAll();
    } finally {
      closed = true;
      refuseForced();
      commits.close();
      file.release();
    }
  }

  private void refuseForced() {
    while (true) {
      CompletableFuture<Void> future = forced.poll();
      if (future == null) {
        return;
      }
      future.completeExceptionally(failure().orElseGet(Defragmentation::closed));
    }
  }
}
