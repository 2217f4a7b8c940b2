package io.quorate.mvcc;

import io.quorate.backend.UpkeepJob;
import io.quorate.backend.UpkeepTransaction;
import io.quorate.backend.schema.BucketName;
import io.quorate.backend.schema.MetaKey;
import io.quorate.backend.schema.RevisionKey;
import io.quorate.backend.tree.TreeRoot;
import io.quorate.io.Failpoints;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One compaction, in two halves. The apply thread walks the index, a slice between batches of
 * entries, and learns which revisions stay. Then the backend thread walks the records up to the
 * compacted revision, hashes all it reads and deletes what does not stay, a batch at a time.
 *
 * <p>The second half begins only when the scheduled revision is on the disk: a crash in between is
 * taken up again at the next start, to the same end.
 */
final class Compaction implements UpkeepJob {
  private static final String BEFORE_BATCH = "compactBeforeCommitBatch";
  private static final String AFTER_BATCH = "compactAfterCommitBatch";
  private static final String BEFORE_FINISHED = "compactBeforeSetFinishedCompact";
  private static final String AFTER_FINISHED = "compactAfterSetFinishedCompact";

  /** Makes its failpoints known, so that they can be set before there is a compaction. */
  static void name(Failpoints failpoints) {
    for (String each : List.of(BEFORE_BATCH, AFTER_BATCH, BEFORE_FINISHED, AFTER_FINISHED)) {
      failpoints.point(each);
    }
  }

  private static final int INDEX_SLICE_KEYS = 2_000;

  /** What a compaction tells the store. */
  interface Owner {
    /** Everything is deleted and on the disk. Backend thread. */
    void finished(Compaction compaction, StoredHash hash, long nanos, long deleted);

    MvccOptions options();

    MvccListener listener();

    long nanos();
  }

  final long revision;
  private final long previous;
  final boolean storesHash;
  final CompletableFuture<Void> done = new CompletableFuture<>();
  private final Owner owner;
  private final RevisionSet keep = new RevisionSet();
  private final RecordHash hash;
  private final Failpoints.Point beforeCommitBatch;
  private final Failpoints.Point afterCommitBatch;
  private final Failpoints.Point beforeSetFinished;
  private final Failpoints.Point afterSetFinished;

  // Apply thread.
  private byte[] nextKey = {};
  private boolean indexDone;

  /** Index walked; scheduled revision on the disk: the records follow when both have happened. */
  private final AtomicInteger missing = new AtomicInteger(2);

  private volatile boolean abandoned;

  // Backend thread.
  private byte[] nextRecord = new byte[RevisionKey.BYTES];
  private long began;
  private long deleted;
  private boolean last;

  Compaction(long revision, long previous, boolean storesHash, Failpoints failpoints, Owner owner) {
    this.revision = revision;
    this.previous = previous;
    this.storesHash = storesHash;
    this.owner = owner;
    this.hash = new RecordHash(previous, revision, keep);
    this.beforeCommitBatch = failpoints.point(BEFORE_BATCH);
    this.afterCommitBatch = failpoints.point(AFTER_BATCH);
    this.beforeSetFinished = failpoints.point(BEFORE_FINISHED);
    this.afterSetFinished = failpoints.point(AFTER_FINISHED);
  }

  /**
   * Compacts the next slice of {@code index}. Apply thread.
   *
   * @return whether the whole index is done
   */
  boolean compactIndex(KeyIndex index) {
    // The tree cannot be walked while it is edited, so the slice is looked at first.
    List<byte[]> keys = new ArrayList<>();
    List<@Nullable Generation> left = new ArrayList<>();
    TreeRoot.Walk<Generation> walk = index.peek().walk(nextKey);
    int seen = 0;
    indexDone = true;
    while (walk.next()) {
      if (seen++ == INDEX_SLICE_KEYS) {
        nextKey = walk.key();
        indexDone = false;
        break;
      }
      Generation before = walk.value();
      Generation after = before.compact(revision, keep);
      if (after != before) {
        keys.add(walk.key());
        left.add(after);
      }
    }
    for (int i = 0; i < keys.size(); i++) {
      Generation after = left.get(i);
      if (after == null) {
        index.remove(keys.get(i));
      } else {
        index.put(keys.get(i), after);
      }
    }
    return indexDone;
  }

  /** Whether no slice was compacted yet. */
  boolean isNew() {
    return !indexDone && nextKey.length == 0;
  }

  /** Whether that was the last of the two things the second half waits for; never if abandoned. */
  boolean oneLessMissing() {
    return missing.decrementAndGet() == 0 && !abandoned;
  }

  @Override
  public long step(UpkeepTransaction transaction, long nowNanos) {
    long stepBegan = owner.nanos();
    if (began == 0) {
      began = stepBegan;
    }
    byte[] end = new byte[8];
    for (int i = 0; i < 8; i++) {
      end[i] = (byte) ((revision + 1) >>> (56 - 8 * i));
    }
    int limit = owner.options().compactionBatchLimit();
    Batch batch = new Batch();
    int seen = transaction.scan(BucketName.KEY, nextRecord, end, limit, batch::record);
    for (byte[] key : batch.doomed) {
      transaction.delete(BucketName.KEY, key);
    }
    deleted += batch.doomed.size();
    last = seen < limit;
    if (last) {
      beforeSetFinished.fire();
      transaction.put(MetaKey.FINISHED_COMPACTION, RevisionKey.encode(revision, 0, false));
    } else {
      nextRecord = RevisionKey.encode(batch.lastMain, batch.lastSub + 1, false);
      beforeCommitBatch.fire();
    }
    owner.listener().compactionPause(owner.nanos() - stepBegan);
    return last ? DONE : nowNanos + owner.options().compactionSleepInterval().toNanos();
  }

  /** One batch of records: all are hashed, those that do not stay are remembered. */
  private final class Batch {
    private final List<byte[]> doomed = new ArrayList<>();
    private long lastMain;
    private long lastSub;

    void record(MemorySegment key, MemorySegment value) {
      lastMain = RevisionKey.main(key);
      lastSub = RevisionKey.sub(key);
      boolean tombstone = RevisionKey.isTombstone(key);
      hash.record(lastMain, lastSub, tombstone, value);
      if (!keep.contains(lastMain, lastSub)) {
        doomed.add(RevisionKey.encode(lastMain, lastSub, tombstone));
      }
    }
  }

  @Override
  public void committed() {
    if (!last) {
      afterCommitBatch.fire();
      return;
    }
    afterSetFinished.fire();
    StoredHash result = new StoredHash(hash.value(), previous, revision);
    owner.finished(this, result, owner.nanos() - began, deleted);
    done.complete(null);
  }

  @Override
  public void abandoned() {
    abandoned = true;
    done.cancel(false);
  }
}
