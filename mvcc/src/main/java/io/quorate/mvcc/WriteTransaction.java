package io.quorate.mvcc;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The changes of one request, all of one main revision. Apply thread only, one at a time. Reads see
 * the changes made before them.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class WriteTransaction {
  /**
   * Puts {@code key}. Neither array may change afterwards.
   *
   * @return the main revision
   */
  public long put(byte[] key, byte[] value, long lease) {
    throw new UnsupportedOperationException();
  }

  /** The same with the value standing inside a larger array, from which it is copied. */
  public long put(byte[] key, byte[] value, int offset, int length, long lease) {
    throw new UnsupportedOperationException();
  }

  /**
   * Deletes every live key of {@code range} in key order, telling each to {@code deleted}.
   *
   * @return how many
   */
  public long deleteRange(KeyRange range, Consumer<byte[]> deleted) {
    throw new UnsupportedOperationException();
  }

  /** As {@link View#range}; results are copies. */
  public RangeResult range(KeyRange range, RangeOptions options) {
    throw new UnsupportedOperationException();
  }

  /** The encoded KeyValue of {@code key} now; a copy. */
  public Optional<MemorySegment> get(byte[] key) {
    throw new UnsupportedOperationException();
  }

  /** Whether {@code key} is alive now. */
  public boolean contains(byte[] key) {
    throw new UnsupportedOperationException();
  }

  /** Whether something was put or deleted. */
  public boolean changed() {
    throw new UnsupportedOperationException();
  }

  /** What the response header says: the main revision if {@link #changed()}, else the current. */
  public long revision() {
    throw new UnsupportedOperationException();
  }

  /** Ends it; readers see it after the next {@link MvccStore#publish}. */
  public void end() {
    throw new UnsupportedOperationException();
  }
}
