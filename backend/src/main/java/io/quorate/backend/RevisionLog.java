package io.quorate.backend;

import io.quorate.backend.schema.RevisionKey;
import java.util.Arrays;

/**
 * The records of bucket {@code key} in one buffer, in ascending revision. Append-only: a {@link
 * Slice} shares the arrays and knows how much of them was there when it was taken, so taking one
 * costs nothing and appending never disturbs it.
 */
final class RevisionLog {
  private static final int FIRST_CAPACITY = 64;

  private long[] mains = new long[FIRST_CAPACITY];
  // A tombstone's sub is stored as its complement.
  private long[] subs = new long[FIRST_CAPACITY];
  private byte[][] values = new byte[FIRST_CAPACITY][];
  private int size;

  void append(long main, long sub, boolean tombstone, byte[] value) {
    if (size > 0 && compare(mains[size - 1], plain(subs[size - 1]), main, sub) >= 0) {
      throw new AssertionError(
          "revision " + main + "." + sub + " after " + mains[size - 1] + "." + subs[size - 1]);
    }
    if (size == mains.length) {
      mains = Arrays.copyOf(mains, size * 2);
      subs = Arrays.copyOf(subs, size * 2);
      values = Arrays.copyOf(values, size * 2);
    }
    mains[size] = main;
    subs[size] = tombstone ? ~sub : sub;
    values[size] = value;
    size++;
  }

  Slice slice() {
    return new Slice(mains, subs, values, size);
  }

  private static long plain(long sub) {
    return sub < 0 ? ~sub : sub;
  }

  static int compare(long main, long sub, long otherMain, long otherSub) {
    int order = Long.compare(main, otherMain);
    return order != 0 ? order : Long.compare(sub, otherSub);
  }

  /** The first {@code size} records. */
  record Slice(long[] mains, long[] subs, byte[][] values, int size) {
    long main(int i) {
      return mains[i];
    }

    long sub(int i) {
      return plain(subs[i]);
    }

    boolean isTombstone(int i) {
      return subs[i] < 0;
    }

    /** The record's key in the file. */
    byte[] key(int i) {
      return RevisionKey.encode(main(i), sub(i), isTombstone(i));
    }

    byte[] value(int i) {
      return values[i];
    }

    /** The index of the first record that is not below the given revision. */
    int seek(long main, long sub) {
      int low = 0;
      int high = size;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (compare(mains[middle], plain(subs[middle]), main, sub) < 0) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    /** The index of the record at exactly the given revision, or -1. */
    int find(long main, long sub) {
      if (size == 0 || main < mains[0] || main > mains[size - 1]) {
        return -1;
      }
      int at = seek(main, sub);
      return at < size && mains[at] == main && plain(subs[at]) == sub ? at : -1;
    }
  }
}
