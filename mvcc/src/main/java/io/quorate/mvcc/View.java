package io.quorate.mvcc;

import io.quorate.backend.BackendView;
import io.quorate.backend.RevisionCursor;
import io.quorate.backend.tree.TreeRoot;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The whole store at one revision, and everything readable below it: index, buffers and file, taken
 * together. Any thread. Counted: who retains it closes it, and until then it does not change or
 * expire.
 */
public final class View implements AutoCloseable {
  private final TreeRoot<Generation> index;
  private final BackendView records;
  private final long revision;
  private final long compactedRevision;
  private final MvccListener listener;

  View(
      TreeRoot<Generation> index,
      BackendView records,
      long revision,
      long compactedRevision,
      MvccListener listener) {
    this.listener = listener;
    this.index = index;
    this.records = records;
    this.revision = revision;
    this.compactedRevision = compactedRevision;
  }

  /** Takes a further hold, or returns false where the last one is gone already. */
  public boolean retain() {
    return records.retain();
  }

  @Override
  public void close() {
    records.close();
  }

  /** The last revision written; 1 in an empty store. */
  public long revision() {
    return revision;
  }

  /** The revision of the last accepted compaction; -1 before the first. */
  public long compactedRevision() {
    return compactedRevision;
  }

  /** Keys alive at {@link #revision()}. */
  public long liveKeys() {
    return index.weight();
  }

  /**
   * The encoded KeyValue of {@code key} at {@code atRevision} (≤ 0: the current one).
   *
   * @throws MvccException.Compacted below {@link #compactedRevision()}
   * @throws MvccException.FutureRevision above {@link #revision()}
   */
  public Optional<MemorySegment> get(byte[] key, long atRevision) {
    if (atRevision > revision) {
      throw new MvccException.FutureRevision(atRevision, revision);
    }
    long at = atRevision <= 0 ? revision : atRevision;
    if (at < compactedRevision) {
      throw new MvccException.Compacted(at, compactedRevision);
    }
    Generation newest = index.get(key).orElse(null);
    Generation life = newest == null ? null : newest.at(at);
    if (life == null) {
      return Optional.empty();
    }
    int i = life.newestAt(at);
    Optional<MemorySegment> record = records.revision(life.main(i), life.sub(i));
    if (record.isEmpty()) {
      throw new AssertionError("no record of " + life.main(i) + "." + life.sub(i));
    }
    return record;
  }

  /**
   * Reads at once; for ranges known to be small.
   *
   * @throws MvccException.Compacted below {@link #compactedRevision()}
   * @throws MvccException.FutureRevision above {@link #revision()}
   */
  public RangeResult range(KeyRange range, RangeOptions options) {
    RangeWalk walk = walk(range, options);
    List<MemorySegment> keyValues = new ArrayList<>();
    walk.step(Integer.MAX_VALUE, keyValues::add);
    return new RangeResult(walk.count(), walk.more(), revision, keyValues);
  }

  /** The same in slices. Throws as {@link #range} does, here and now. */
  public RangeWalk walk(KeyRange range, RangeOptions options) {
    return new RangeWalk(index, records, revision, compactedRevision, range, options);
  }

  /** Counts the end of a request that read {@code ranges} ranges here. */
  public void ranged(long ranges) {
    listener.transaction(0, 0, ranges, 0);
  }

  /** All changes from {@code from} on, in order; for watchers that catch up. */
  public RevisionCursor revisions(long from) {
    return records.revisions(from, 0);
  }

  TreeRoot<Generation> index() {
    return index;
  }

  BackendView records() {
    return records;
  }
}
