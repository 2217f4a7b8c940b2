package io.quorate.mvcc;

import io.quorate.backend.RevisionCursor;
import io.quorate.backend.tree.TreeRoot;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A hash by revision in slices: first the index is asked what is visible there, then the records
 * are hashed (spec/storage.md 3.7). Any one thread at a time; to be closed.
 */
public final class HashWalk implements AutoCloseable {
  private final View view;
  private final MvccListener listener;
  private final LongSupplier nanos;
  private final RevisionSet keep = new RevisionSet();
  private final TreeRoot.Walk<Generation> keys;
  private final RecordHash hash;
  private final long revision;
  private long spentNanos;
  private @Nullable RevisionCursor records;
  private @Nullable StoredHash result;

  HashWalk(View view, long revision, MvccListener listener, LongSupplier nanos) {
    this.view = view;
    this.revision = revision;
    this.listener = listener;
    this.nanos = nanos;
    this.keys = view.index().walk(new byte[0]);
    this.hash = new RecordHash(view.compactedRevision(), revision, keep);
  }

  /** One that is known already. */
  HashWalk(View view, StoredHash known, MvccListener listener) {
    this(view, known.revision(), listener, () -> 0);
    this.result = known;
  }

  /**
   * Looks at no more than {@code maxRecords} keys or records.
   *
   * @return whether the result is known
   */
  public boolean step(int maxRecords) {
    if (result != null) {
      return true;
    }
    long began = nanos.getAsLong();
    boolean done = work(maxRecords);
    spentNanos += nanos.getAsLong() - began;
    if (done) {
      result = new StoredHash(hash.value(), view.compactedRevision(), revision);
      listener.hashed(spentNanos);
    }
    return done;
  }

  private boolean work(int maxRecords) {
    int budget = maxRecords;
    if (records == null) {
      while (budget > 0) {
        if (!keys.next()) {
          records = view.records().revisions(0, 0);
          break;
        }
        keys.value().keep(revision, keep);
        budget--;
      }
    }
    RevisionCursor cursor = records;
    while (cursor != null && budget > 0) {
      if (!cursor.next() || cursor.main() > revision) {
        return true;
      }
      hash.record(cursor.main(), cursor.sub(), cursor.isTombstone(), cursor.value());
      budget--;
    }
    return false;
  }

  /** Known when {@link #step} has returned true. */
  public StoredHash result() {
    StoredHash known = result;
    if (known == null) {
      throw new IllegalStateException("not finished");
    }
    return known;
  }

  /** The store's revision when it began, for the response header. */
  public long currentRevision() {
    return view.revision();
  }

  @Override
  public void close() {
    view.close();
  }
}
