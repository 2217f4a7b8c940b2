package io.quorate.mvcc;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The whole store at one revision and everything readable below it. Any thread; counted. */
@SuppressWarnings("DoNotCallSuggester")
public final class View implements AutoCloseable {
  /** Takes a further hold, or returns false where the last one is gone already. */
  public boolean retain() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }

  /** The last revision written; 1 in an empty store. */
  public long revision() {
    throw new UnsupportedOperationException();
  }

  /** The revision of the last accepted compaction; -1 before the first. */
  public long compactedRevision() {
    throw new UnsupportedOperationException();
  }

  /** Keys alive at {@link #revision()}. */
  public long liveKeys() {
    throw new UnsupportedOperationException();
  }

  /** The encoded KeyValue of {@code key} at {@code revision} (≤ 0: the current one). */
  public Optional<MemorySegment> get(byte[] key, long revision) {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads at once; for ranges known to be small.
   *
   * @throws MvccException.Compacted below {@link #compactedRevision()}
   * @throws MvccException.FutureRevision above {@link #revision()}
   */
  public RangeResult range(KeyRange range, RangeOptions options) {
    throw new UnsupportedOperationException();
  }

  /** The same in slices. Throws as {@link #range} does, here and now. */
  public RangeWalk walk(KeyRange range, RangeOptions options) {
    throw new UnsupportedOperationException();
  }
}
