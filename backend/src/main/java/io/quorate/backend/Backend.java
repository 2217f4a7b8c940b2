package io.quorate.backend;

import io.quorate.backend.schema.BucketName;
import io.quorate.io.Clock;
import io.quorate.io.Disk;
import io.quorate.io.Failpoints;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;

/** The one database of a member. */
@SuppressWarnings("DoNotCallSuggester")
public final class Backend implements AutoCloseable {
  private Backend() {}

  /** Opens or creates {@code file}; waits for its lock as bolt does. */
  public static Backend open(
      Disk disk,
      Path file,
      BackendOptions options,
      Clock clock,
      Failpoints failpoints,
      Logger log,
      BackendListener listener) {
    throw new UnsupportedOperationException();
  }

  // ---- apply thread ----

  /** Puts a record of a bucket other than {@code key}. Neither array may change afterwards. */
  public void put(BucketName bucket, byte[] key, byte[] value) {
    throw new UnsupportedOperationException();
  }

  public void delete(BucketName bucket, byte[] key) {
    throw new UnsupportedOperationException();
  }

  /** Reads through buffers and file, changes of the open entry included. Apply thread. */
  public Optional<byte[]> get(BucketName bucket, byte[] key) {
    throw new UnsupportedOperationException();
  }

  /** Visits all of {@code bucket} in key order, changes of the open entry included. */
  public void forEach(BucketName bucket, RecordVisitor visitor) {
    throw new UnsupportedOperationException();
  }

  /** Appends to bucket {@code key}; revisions must ascend. For mvcc. */
  public void putRevision(long main, long sub, boolean tombstone, byte[] keyValue) {
    throw new UnsupportedOperationException();
  }

  /**
   * Ends an entry: everything put or deleted since the last call belongs to {@code index} and goes
   * to the disk in one transaction with it. Also for entries without effect.
   */
  public void applied(long index, long term) {
    throw new UnsupportedOperationException();
  }

  /** The JSON that the next commit stores under meta/confState. */
  public void confState(byte[] json) {
    throw new UnsupportedOperationException();
  }

  /** The last {@link #applied} index, or the one found in the file. */
  public long appliedIndex() {
    throw new UnsupportedOperationException();
  }

  public long appliedTerm() {
    throw new UnsupportedOperationException();
  }

  /** Whether no further entry may be applied until {@link #onCommitted} is called. */
  public boolean mustWait() {
    throw new UnsupportedOperationException();
  }

  /**
   * Seals the open buffer when it is due or a forced commit waits. To be called by the apply thread
   * between entries, and when it is woken.
   *
   * @return when it wants to be called again, or {@link Long#MAX_VALUE}
   */
  public long poll(long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /** A new view of everything up to the last {@link #applied}; the caller closes it. */
  public BackendView view() {
    throw new UnsupportedOperationException();
  }

  /**
   * Drops all buffers and goes on with {@code received}, a complete database file, which takes the
   * name of the present one. Readers keep the old file. Apply thread, which waits for the future
   * before it does anything else here, and then restores every store.
   */
  public CompletableFuture<Void> reload(Path received) {
    throw new UnsupportedOperationException();
  }

  // ---- any thread ----

  /**
   * Everything applied before the apply thread's next {@link #poll} is committed when the future
   * completes.
   */
  public CompletableFuture<Void> forceCommit() {
    throw new UnsupportedOperationException();
  }

  /** High-water mark × page size after the last commit. */
  public long sizeBytes() {
    throw new UnsupportedOperationException();
  }

  public long sizeInUseBytes() {
    throw new UnsupportedOperationException();
  }

  /** Rewrites the file without holes; the future fails where the copy did, the old file stays. */
  public CompletableFuture<Void> defragment() {
    throw new UnsupportedOperationException();
  }

  /** Forces a commit and opens a snapshot of it. */
  public CompletableFuture<BackendSnapshot> snapshot() {
    throw new UnsupportedOperationException();
  }

  /** Queues {@code job} behind those already queued. */
  public void schedule(UpkeepJob job) {
    throw new UnsupportedOperationException();
  }

  /** To be polled by the backend thread. */
  public CommitLoop commitLoop() {
    throw new UnsupportedOperationException();
  }

  /**
   * {@code wake} is called, on the backend thread, whenever a commit is done and the apply thread
   * should poll and publish; {@code work} whenever the commit loop has something to do.
   */
  public void onCommitted(Runnable wake, Runnable work) {
    throw new UnsupportedOperationException();
  }

  /** Why the disk is dead, if it is. Every later write fails with it. */
  public Optional<Throwable> failure() {
    throw new UnsupportedOperationException();
  }

  /** Commits what is applied (unless broken) and closes. After both threads have stopped. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
