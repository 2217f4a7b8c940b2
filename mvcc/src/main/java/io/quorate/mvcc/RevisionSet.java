package io.quorate.mvcc;

/**
 * A set of revisions in two flat arrays: 16 to 48 bytes a member, no objects. Main revisions begin
 * at 1, so 0 marks a free place.
 */
final class RevisionSet {
  private long[] mains = new long[64];
  private long[] subs = new long[64];
  private int size;

  void add(long main, long sub) {
    if (2 * (size + 1) > mains.length) {
      grow();
    }
    if (insert(main, sub)) {
      size++;
    }
  }

  private boolean insert(long main, long sub) {
    int at = place(main, sub);
    if (mains[at] != 0) {
      return false;
    }
    mains[at] = main;
    subs[at] = sub;
    return true;
  }

  boolean contains(long main, long sub) {
    return mains[place(main, sub)] != 0;
  }

  /** Where the revision stands, or the free place where it would. */
  private int place(long main, long sub) {
    int mask = mains.length - 1;
    long mixed = (main * 0x9E3779B97F4A7C15L) ^ (sub * 0xC2B2AE3D27D4EB4FL);
    int at = (int) (mixed ^ (mixed >>> 32)) & mask;
    while (mains[at] != 0 && (mains[at] != main || subs[at] != sub)) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private void grow() {
    long[] oldMains = mains;
    long[] oldSubs = subs;
    mains = new long[oldMains.length * 2];
    subs = new long[oldSubs.length * 2];
    for (int i = 0; i < oldMains.length; i++) {
      if (oldMains[i] != 0) {
        insert(oldMains[i], oldSubs[i]);
      }
    }
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }
}
