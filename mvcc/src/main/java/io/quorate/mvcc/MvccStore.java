package io.quorate.mvcc;

import io.quorate.backend.Backend;
import io.quorate.io.Clock;
import io.quorate.io.Failpoints;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;

/** Keys, values and revisions of one member. */
@SuppressWarnings("DoNotCallSuggester")
public final class MvccStore implements AutoCloseable {
  private MvccStore() {}

  /** Reads {@code backend} and rebuilds the index; resumes a compaction that was interrupted. */
  public static MvccStore restore(
      Backend backend,
      MvccOptions options,
      Clock clock,
      Failpoints failpoints,
      Logger log,
      MvccListener listener,
      LeaseSink leases) {
    throw new UnsupportedOperationException();
  }

  // ---- apply thread ----

  /** Begins the transaction of one entry; {@link WriteTransaction#end} comes before the next. */
  public WriteTransaction begin() {
    throw new UnsupportedOperationException();
  }

  /**
   * Makes everything up to the last {@link Backend#applied} visible to readers and watchers: after
   * a batch of entries, and after the backend has committed.
   */
  public void publish() {
    throw new UnsupportedOperationException();
  }

  /** The revision of the last ended transaction. */
  public long revision() {
    throw new UnsupportedOperationException();
  }

  public long compactedRevision() {
    throw new UnsupportedOperationException();
  }

  /**
   * Discards history below {@code revision}, which itself stays readable. Returns at once; the
   * future completes when the last record is gone.
   *
   * @throws MvccException.Compacted if {@code revision} ≤ the last compaction
   * @throws MvccException.FutureRevision if {@code revision} > the current one
   */
  public CompletableFuture<Void> compact(long revision) {
    throw new UnsupportedOperationException();
  }

  /**
   * Does a slice of index compaction (2,000 keys). Between batches of entries.
   *
   * @return whether more is left
   */
  public boolean pollCompaction() {
    throw new UnsupportedOperationException();
  }

  /** After {@link Backend#reload}: everything anew from the new file; watchers fall back. */
  public void reload(LeaseSink leases) {
    throw new UnsupportedOperationException();
  }

  // ---- any thread ----

  /** The newest published view, retained: the caller closes it. */
  public View view() {
    throw new UnsupportedOperationException();
  }

  /**
   * Begins to hash the history visible at {@code revision} (0: the current one).
   *
   * @throws MvccException.Compacted, MvccException.FutureRevision as ranges do
   */
  public HashWalk hashByRevision(long revision) {
    throw new UnsupportedOperationException();
  }

  /** Hashes of finished compactions, at most ten, by descending revision. */
  public List<StoredHash> storedHashes() {
    throw new UnsupportedOperationException();
  }

  /** Gives the last view back. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
