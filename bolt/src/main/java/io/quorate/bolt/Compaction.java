package io.quorate.bolt;

import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Copies a file into an empty one, key by key in order, so that the copy has no free pages
 * (storage.md 2.8: what defragmentation does). Sequences are not copied.
 */
public final class Compaction {
  /** How many keys go into one transaction of the copy. */
  public static final int KEYS_PER_COMMIT = 10_000;

  /** How full pages are made: keys arrive in order. */
  private static final double FILL_PERCENT = 0.9;

  private final BoltFile to;
  private WriteTransaction transaction;

  /** The names of the buckets from the top to the one being copied. */
  private final Deque<byte[]> path = new ArrayDeque<>();

  private int keys;

  private Compaction(BoltFile to) {
    this.to = to;
    this.transaction = to.beginWrite();
  }

  /**
   * Copies all that {@code from} sees. The calling thread becomes the writer of {@code to}.
   *
   * @throws BoltException if {@code from} turns out to be damaged
   * @throws io.quorate.io.DiskException if one of the disks fails; {@code to} is useless then
   */
  public static void copy(Transaction from, BoltFile to) {
    Compaction compaction = new Compaction(to);
    try {
      Cursor cursor = from.cursor();
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        byte[] name = cursor.keyBytes();
        compaction.bucket(from.bucket(name).orElseThrow(), name);
      }
      compaction.transaction.commit();
    } finally {
      compaction.transaction.close();
    }
  }

  private void bucket(Bucket source, byte[] name) {
    path.addLast(name);
    WritableBucket target = target();
    Cursor cursor = source.cursor();
    for (boolean more = cursor.first(); more; more = cursor.next()) {
      byte[] key = cursor.keyBytes();
      if (cursor.isBucket()) {
        bucket(source.bucket(key).orElseThrow(), key);
        target = target();
        continue;
      }
      if (++keys > KEYS_PER_COMMIT) {
        transaction.commit();
        transaction = to.beginWrite();
        keys = 0;
        target = target();
      }
      target.put(key, cursor.value().toArray(ValueLayout.JAVA_BYTE));
    }
    path.removeLast();
  }

  /** The bucket at {@link #path} in the transaction of now. */
  private WritableBucket target() {
    WritableBucket bucket = null;
    for (byte[] name : path) {
      bucket =
          bucket == null
              ? transaction.createBucketIfMissing(name)
              : bucket.createBucketIfMissing(name);
    }
    if (bucket == null) {
      throw new AssertionError("no bucket is being copied");
    }
    bucket.fillPercent(FILL_PERCENT);
    return bucket;
  }
}
