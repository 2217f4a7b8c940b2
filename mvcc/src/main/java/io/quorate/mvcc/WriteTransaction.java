package io.quorate.mvcc;

import io.quorate.backend.Backend;
import io.quorate.backend.tree.TreeRoot;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The changes of one request, all of one main revision. Apply thread only, one at a time. Reads see
 * the changes made before them.
 */
public final class WriteTransaction {
  private final MvccStore store;
  private final Backend backend;
  private final KeyIndex index;
  private final long main;
  private long sub;
  private long puts;
  private long deletes;
  private long ranges;
  private long putBytes;

  WriteTransaction(MvccStore store, Backend backend, KeyIndex index, long main) {
    this.store = store;
    this.backend = backend;
    this.index = index;
    this.main = main;
  }

  /**
   * Puts {@code key}. Neither array may change afterwards.
   *
   * @return the main revision
   */
  public long put(byte[] key, byte[] value, long lease) {
    return put(key, value, 0, value.length, lease);
  }

  /** The same with the value standing inside a larger array, from which it is copied. */
  public long put(byte[] key, byte[] value, int offset, int length, long lease) {
    Generation after = index.put(key, main, sub);
    byte[] keyValue =
        KeyValueBytes.encode(key, after.created, main, after.version, value, offset, length, lease);
    backend.putRevision(main, sub, false, keyValue);
    store.changed(new Change(main, sub, false, after.created == main, key, keyValue));
    sub++;
    puts++;
    putBytes += key.length + length;
    return main;
  }

  /**
   * Deletes every live key of {@code range} in key order, telling each to {@code deleted}.
   *
   * @return how many
   */
  public long deleteRange(KeyRange range, Consumer<byte[]> deleted) {
    deletes++; // the operation, whatever it finds
    if (range.isSingle()) {
      Generation newest = index.get(range.key()).orElse(null);
      if (newest == null || newest.ended) {
        return 0;
      }
      delete(range.key(), newest);
      deleted.accept(range.key());
      return 1;
    }
    if (range.isEmpty()) {
      return 0;
    }
    // The index cannot be walked while it is edited.
    List<byte[]> live = new ArrayList<>();
    TreeRoot.Walk<Generation> walk = index.peek().walk(range.key());
    while (walk.next()
        && (range.isFromKey() || Arrays.compareUnsigned(walk.key(), range.end()) < 0)) {
      if (!walk.value().ended) {
        live.add(walk.key());
      }
    }
    for (byte[] key : live) {
      delete(key, index.get(key).orElseThrow());
      deleted.accept(key);
    }
    return live.size();
  }

  private void delete(byte[] key, Generation newest) {
    backend.putRevision(main, sub, true, KeyValueBytes.tombstone(key));
    index.put(key, newest.tombstone(main, sub));
    store.changed(new Change(main, sub, true, false, key, KeyValueBytes.deleted(key, main)));
    sub++;
  }

  /** As {@link View#range}; results are copies. */
  public RangeResult range(KeyRange range, RangeOptions options) {
    ranges++;
    RangeWalk walk =
        new RangeWalk(
            index.peek(), backend.working(), revision(), store.compactedRevision(), range, options);
    List<MemorySegment> keyValues = new ArrayList<>();
    walk.step(Integer.MAX_VALUE, keyValue -> keyValues.add(copy(keyValue)));
    return new RangeResult(walk.count(), walk.more(), revision(), keyValues);
  }

  /** The encoded KeyValue of {@code key} now; a copy. */
  public Optional<MemorySegment> get(byte[] key) {
    ranges++;
    Generation newest = index.get(key).orElse(null);
    if (newest == null || newest.ended) {
      return Optional.empty();
    }
    int last = newest.length() - 1;
    long atMain = newest.main(last);
    long atSub = newest.sub(last);
    MemorySegment record =
        backend
            .working()
            .revision(atMain, atSub)
            .orElseThrow(() -> new AssertionError("no record of " + atMain + "." + atSub));
    return Optional.of(copy(record));
  }

  private static MemorySegment copy(MemorySegment bytes) {
    // Arrays of buffers never change; what is mapped goes away, or is written over.
    return bytes.isNative() || bytes.isReadOnly()
        ? MemorySegment.ofArray(bytes.toArray(ValueLayout.JAVA_BYTE))
        : bytes;
  }

  /** Counts a look at one key as a range, which it is for etcd's metrics. */
  public void looked() {
    ranges++;
  }

  /**
   * Ends the looks that come before the first change: etcd reads and checks in a transaction of its
   * own, and counts it so.
   */
  public void looksEnd() {
    store.looksEnded(ranges);
    ranges = 0;
  }

  /** Whether {@code key} is alive now. Not counted as a range. */
  public boolean contains(byte[] key) {
    return index.get(key).filter(newest -> !newest.ended).isPresent();
  }

  /** Whether something was put or deleted. */
  public boolean changed() {
    return sub > 0;
  }

  /** What the response header says: the main revision if {@link #changed()}, else the current. */
  public long revision() {
    return changed() ? main : main - 1;
  }

  /** Ends it; readers see it after the next {@link MvccStore#publish}. */
  public void end() {
    store.ended(this, revision(), puts, deletes, ranges, putBytes);
  }
}
