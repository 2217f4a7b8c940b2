package io.quorate.backend;

import io.quorate.backend.schema.BucketName;
import io.quorate.backend.schema.MetaKey;
import io.quorate.backend.tree.TreeRoot;
import io.quorate.bolt.BoltFile;
import io.quorate.bolt.WritableBucket;
import io.quorate.bolt.WriteTransaction;
import io.quorate.io.Clock;
import io.quorate.io.Disk;
import io.quorate.io.Failpoints;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The backend thread's work, poll-driven: it alone writes the file. In order of urgency: a switch
 * to another file, a defragmentation that has begun, sealed buffers, upkeep that is due.
 */
public final class CommitLoop {
  /** As the original's sequential puts: revisions only ever ascend. */
  private static final double SEQUENTIAL_FILL = 0.9;

  private final Disk disk;
  private final Path path;
  private final BackendOptions options;
  private final Clock clock;
  private final Failpoints failpoints;
  private final Logger log;
  private final BackendListener listener;
  private final BoltPhases phases;
  private final Failpoints.Point beforeStartTransaction;
  private final Failpoints.Point afterStartTransaction;
  private final Failpoints.Point beforeCommit;
  private final Failpoints.Point afterCommit;
  private final Failpoints.Point beforePreCommitHook;
  private final Failpoints.Point afterPreCommitHook;

  // Set before the threads start.
  private Runnable wakeApply = () -> {};
  private Runnable wakeCommits = () -> {};

  // To the backend thread.
  private final ConcurrentLinkedQueue<WriteBuffer> sealed = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<UpkeepJob> newJobs = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<CompletableFuture<Void>> defragmentations =
      new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable Reload> reload = new AtomicReference<>();

  // Backend thread.
  private final ArrayDeque<UpkeepJob> jobs = new ArrayDeque<>();
  private long jobDueNanos;
  private boolean committedLast;
  private @Nullable Defragmentation defragmentation;

  // From the backend thread.
  private final AtomicReference<@Nullable Committed> committed = new AtomicReference<>();
  private final ConcurrentLinkedQueue<Waiting> waiting = new ConcurrentLinkedQueue<>();
  private volatile StoreFile file;
  private volatile long committedSequence;
  private volatile @Nullable Throwable failure;
  private volatile boolean committing;
  private volatile boolean closed;
  private volatile long sizeBytes;
  private volatile long sizeInUseBytes;

  // What upkeep deleted is counted as in use until those are gone who may still read it.
  private volatile boolean unsettled;

  /** The file as it is after buffer {@code sequence}; whoever takes it owns a hold. */
  record Committed(long sequence, FileSnapshot snapshot) {}

  private record Waiting(long sequence, CompletableFuture<Void> future) {}

  private record Reload(Path received, long sequence, CompletableFuture<Void> done) {}

  CommitLoop(
      Disk disk,
      Path path,
      BackendOptions options,
      Clock clock,
      Failpoints failpoints,
      Logger log,
      BackendListener listener) {
    this.disk = disk;
    this.path = path;
    this.options = options;
    this.clock = clock;
    this.failpoints = failpoints;
    this.log = log;
    this.listener = listener;
    this.phases = new BoltPhases(clock);
    this.beforeStartTransaction = failpoints.point("beforeStartDBTxn");
    this.afterStartTransaction = failpoints.point("afterStartDBTxn");
    this.beforeCommit = failpoints.point("beforeCommit");
    this.afterCommit = failpoints.point("afterCommit");
    this.beforePreCommitHook = failpoints.point("commitBeforePreCommitHook");
    this.afterPreCommitHook = failpoints.point("commitAfterPreCommitHook");
    Defragmentation.name(failpoints);
    this.file = openFile();
    committedTo(0);
  }

  private StoreFile openFile() {
    boolean isNew = !disk.exists(path);
    BoltFile bolt = BoltFile.open(disk, path, options.bolt(), failpoints, phases);
    StoreFile opened = new StoreFile(bolt, this::readerGone);
    try {
      if (isNew) {
        disk.syncDirectory(folder(path)); // a commit must not lie in a file without a name
      }
      if (options.createBuckets()) {
        createBuckets(opened);
      }
    } catch (RuntimeException | Error e) {
      bolt.close();
      throw e;
    }
    return opened;
  }

  private static void createBuckets(StoreFile opened) {
    FileSnapshot present = opened.beginRead();
    boolean complete = true;
    for (BucketName name : BucketName.values()) {
      complete &= present.bucket(name) != null;
    }
    present.release();
    if (complete) {
      return;
    }
    try (WriteTransaction transaction = opened.beginWrite()) {
      for (BucketName name : BucketName.values()) {
        transaction.createBucketIfMissing(name.bytes());
      }
      transaction.commit();
    }
  }

  /**
   * Does the next piece of work: writes and commits one sealed buffer, or one batch of an upkeep
   * job, a defragmentation, or a switch of files. Backend thread only.
   *
   * @return when it wants to be called again, in nanoseconds of the clock: {@code nowNanos} if more
   *     is ready, {@link Long#MAX_VALUE} if nothing is
   * @throws RuntimeException what the disk said when a commit failed; the owner stops the member
   */
  public long poll(long nowNanos) {
    if (failure != null) {
      return Long.MAX_VALUE;
    }
    try {
      work(nowNanos);
    } catch (RuntimeException | Error e) {
      fail(e);
      throw e;
    }
    return nextDue(nowNanos);
  }

  private void work(long nowNanos) {
    Reload wanted = reload.getAndSet(null);
    if (wanted != null) {
      reloadNow(wanted);
      return;
    }
    Defragmentation running = defragmentation;
    if (running != null) {
      if (running.step()) {
        defragmentation = null;
      }
      return;
    }
    // Upkeep that is due gets every second turn, so that neither starves under load.
    takeNewJobs();
    boolean upkeepDue = !jobs.isEmpty() && nowNanos - jobDueNanos >= 0;
    WriteBuffer buffer = upkeepDue && committedLast ? null : sealed.poll();
    if (buffer != null) {
      committedLast = true;
      commitNow(buffer);
      return;
    }
    committedLast = false;
    CompletableFuture<Void> asked = defragmentations.poll();
    if (asked != null) {
      defragmentation =
          new Defragmentation(this, disk, path, options, clock, failpoints, log, asked);
      listener.defragmenting(true);
      return;
    }
    if (upkeepDue) {
      upkeepNow(nowNanos);
    } else if (unsettled && jobs.isEmpty()) {
      StoreFile now = file;
      unsettled = !now.settle();
      sizeInUseBytes = now.sizeInUseBytes();
    }
  }

  /** Any thread. */
  private void readerGone() {
    if (unsettled) {
      wakeCommits.run();
    }
  }

  private void takeNewJobs() {
    while (true) {
      UpkeepJob job = newJobs.poll();
      if (job == null) {
        return;
      }
      if (jobs.isEmpty()) {
        jobDueNanos = clock.nanos();
      }
      jobs.add(job);
    }
  }

  private long nextDue(long nowNanos) {
    if (!sealed.isEmpty()
        || defragmentation != null
        || !defragmentations.isEmpty()
        || reload.get() != null
        || !newJobs.isEmpty()) {
      return nowNanos;
    }
    if (jobs.isEmpty()) {
      return Long.MAX_VALUE;
    }
    return jobDueNanos - nowNanos <= 0 ? nowNanos : jobDueNanos;
  }

  private void commitNow(WriteBuffer buffer) {
    try (WriteTransaction transaction = begin()) {
      write(buffer, transaction);
      finish(transaction);
    }
    committedTo(buffer.sequence);
  }

  private WriteTransaction begin() {
    beforeStartTransaction.fire();
    WriteTransaction transaction = file.beginWrite();
    afterStartTransaction.fire();
    return transaction;
  }

  private void finish(WriteTransaction transaction) {
    long began = clock.nanos();
    committing = true;
    try {
      beforeCommit.fire();
      transaction.commit();
      afterCommit.fire();
    } finally {
      committing = false;
    }
    phases.report(listener, clock.nanos() - began);
  }

  private void write(WriteBuffer buffer, WriteTransaction transaction) {
    WriteBuffer.Slice slice = buffer.sealed();
    RevisionLog.Slice revisions = slice.revisions();
    if (revisions.size() > 0) {
      WritableBucket keys = transaction.createBucketIfMissing(BucketName.KEY.bytes());
      keys.fillPercent(SEQUENTIAL_FILL);
      for (int i = 0; i < revisions.size(); i++) {
        keys.put(revisions.key(i), revisions.value(i));
      }
    }
    for (BucketName name : BucketName.values()) {
      TreeRoot<Optional<byte[]>> root = slice.of(name);
      if (root == null) {
        continue;
      }
      WritableBucket bucket = transaction.createBucketIfMissing(name.bytes());
      TreeRoot.Walk<Optional<byte[]>> walk = root.walk(new byte[0]);
      while (walk.next()) {
        Optional<byte[]> value = walk.value();
        if (value.isPresent()) {
          bucket.put(walk.key(), value.get());
        } else {
          bucket.delete(walk.key());
        }
      }
    }
    beforePreCommitHook.fire();
    // Index and term lie in the transaction of their effects. Always.
    if (buffer.appliedIndex() > 0) {
      WritableBucket meta = transaction.createBucketIfMissing(BucketName.META.bytes());
      meta.put(MetaKey.CONSISTENT_INDEX.bytes(), bigEndian(buffer.appliedIndex()));
      if (buffer.appliedTerm() > 0) {
        meta.put(MetaKey.TERM.bytes(), bigEndian(buffer.appliedTerm()));
      }
    }
    byte[] confState = buffer.confState;
    if (confState != null) {
      WritableBucket meta = transaction.createBucketIfMissing(BucketName.META.bytes());
      meta.put(MetaKey.CONF_STATE.bytes(), confState);
    }
    afterPreCommitHook.fire();
  }

  private static byte[] bigEndian(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  private void upkeepNow(long nowNanos) {
    UpkeepJob job = jobs.element();
    long due;
    try (WriteTransaction transaction = begin()) {
      due = job.step(new BoltUpkeep(transaction), nowNanos);
      unsettled |= due == UpkeepJob.DONE; // before anybody leaves the state that was
      finish(transaction);
    }
    committedTo(committedSequence);
    job.committed();
    if (due == UpkeepJob.DONE) {
      jobs.remove();
      jobDueNanos = nowNanos;
    } else {
      jobDueNanos = due;
    }
  }

  private void reloadNow(Reload wanted) {
    abandonDefragmentations();
    sealed.clear();
    abandonJobs();
    try {
      disk.rename(wanted.received, path);
      disk.syncDirectory(folder(path));
      switchTo(openFile(), wanted.sequence);
      // Who waited for a commit of the old file was told just now, and may have scheduled more.
      abandonJobs();
    } catch (RuntimeException | Error e) {
      wanted.done.completeExceptionally(e);
      throw e;
    }
    wanted.done.complete(null);
  }

  private void abandonDefragmentations() {
    Defragmentation running = defragmentation;
    if (running != null) {
      defragmentation = null;
      running.abandon();
    }
    while (true) {
      CompletableFuture<Void> asked = defragmentations.poll();
      if (asked == null) {
        return;
      }
      asked.completeExceptionally(Defragmentation.closed());
    }
  }

  private void abandonJobs() {
    takeNewJobs();
    jobs.forEach(UpkeepJob::abandoned);
    jobs.clear();
  }

  static Path folder(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new AssertionError("a database without a folder: " + file);
    }
    return parent;
  }

  /** Goes on with {@code next}, which holds all up to buffer {@code sequence}. */
  private void switchTo(StoreFile next, long sequence) {
    StoreFile old = file;
    file = next;
    committedTo(sequence);
    old.retire();
  }

  /** For {@link Defragmentation}: the copy bears the file's name now. */
  void defragmented(long nanos) {
    switchTo(openFile(), committedSequence);
    listener.defragmented(nanos);
  }

  void defragmentationEnded() {
    listener.defragmenting(false);
  }

  FileSnapshot beginRead() {
    return file.beginRead();
  }

  private void committedTo(long sequence) {
    StoreFile now = file;
    sizeBytes = now.sizeBytes();
    sizeInUseBytes = now.sizeInUseBytes();
    committedSequence = sequence;
    Committed unused = committed.getAndSet(new Committed(sequence, now.beginRead()));
    if (unused != null) {
      unused.snapshot.release();
    }
    completeWaiting();
    wakeApply.run();
  }

  private void fail(Throwable e) {
    failure = e;
    if (defragmentation == null) { // else it has said what failed
      log.atError().setCause(e).log("failed to commit tx");
    }
    completeWaiting();
    abandonDefragmentations();
    abandonJobs();
    Reload wanted = reload.getAndSet(null);
    if (wanted != null) {
      wanted.done.completeExceptionally(e);
    }
    wakeApply.run();
  }

  /** Completes {@code future} when buffer {@code sequence} and all before it are on the disk. */
  void completeWhenCommitted(long sequence, CompletableFuture<Void> future) {
    waiting.add(new Waiting(sequence, future));
    completeWaiting();
  }

  private void completeWaiting() {
    Throwable dead = failure;
    long done = committedSequence;
    for (Waiting each : waiting) {
      if (dead != null || each.sequence <= done) {
        if (waiting.remove(each)) {
          if (each.sequence <= done) {
            each.future.complete(null);
          } else if (dead != null) {
            each.future.completeExceptionally(dead);
          }
        }
      }
    }
  }

  // ---- called by Backend, any thread ----

  void commit(WriteBuffer buffer) {
    sealed.add(buffer);
    wakeCommits.run();
  }

  boolean hasCommitted() {
    return committed.get() != null;
  }

  Optional<Committed> takeCommitted() {
    return Optional.ofNullable(committed.getAndSet(null));
  }

  void wakeApply() {
    wakeApply.run();
  }

  void onWork(Runnable apply, Runnable commits) {
    wakeApply = apply;
    wakeCommits = commits;
  }

  void schedule(UpkeepJob job) {
    newJobs.add(job);
    wakeCommits.run();
  }

  CompletableFuture<Void> defragment() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    defragmentations.add(done);
    wakeCommits.run();
    return done;
  }

  CompletableFuture<Void> reload(Path received, long sequence) {
    Reload wanted = new Reload(received, sequence, new CompletableFuture<>());
    if (!reload.compareAndSet(null, wanted)) {
      throw new AssertionError("two reloads at once");
    }
    wakeCommits.run();
    return wanted.done;
  }

  /** Throws once the loop is closed. */
  BackendSnapshot openSnapshot() {
    while (true) {
      try {
        return new BackendSnapshot(file.beginRead(), clock, listener);
      } catch (StoreFile.Retired switched) {
        if (closed) {
          throw Defragmentation.closed();
        }
        Thread.onSpinWait(); // another file has taken its place this moment
      }
    }
  }

  void checkAlive() {
    Throwable dead = failure;
    if (dead != null) {
      throw new IllegalStateException("failed to commit tx: " + dead.getMessage(), dead);
    }
  }

  Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  long sizeBytes() {
    return sizeBytes;
  }

  long sizeInUseBytes() {
    return sizeInUseBytes;
  }

  boolean isCommitting() {
    return committing;
  }

  int openReadTransactions() {
    return file.openReaders();
  }

  /** Commits all sealed buffers here and now; the backend thread has stopped. */
  void commitAll() {
    abandonDefragmentations();
    while (failure == null) {
      WriteBuffer buffer = sealed.poll();
      if (buffer == null) {
        return;
      }
      try {
        commitNow(buffer);
      } catch (RuntimeException | Error e) {
        fail(e);
        throw e;
      }
    }
  }

  void close() {
    try {
      commitAll();
    } finally {
      abandonDefragmentations(); // those that waited for the last commit to begin
      abandonJobs();
      Committed unused = committed.getAndSet(null);
      if (unused != null) {
        unused.snapshot.release();
      }
      closed = true;
      file.retire();
    }
  }
}
