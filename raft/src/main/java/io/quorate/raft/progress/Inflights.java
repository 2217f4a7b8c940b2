package io.quorate.raft.progress;

import io.quorate.raft.message.Unsigned;

/**
 * The messages sent to a follower and not yet acknowledged, each by its last index and its payload:
 * a ring that grows as needed up to the limit.
 */
final class Inflights {
  private static final int FIRST_CAPACITY = 8;

  private final int messageLimit;
  private final long byteLimit;

  private long[] indexes = new long[0];
  private long[] bytes = new long[0];
  private int first;
  private int count;
  private long totalBytes;

  Inflights(int messageLimit, long byteLimit) {
    this.messageLimit = messageLimit;
    this.byteLimit = byteLimit;
  }

  int count() {
    return count;
  }

  /** The byte limit is soft: the message that reaches it may overshoot. */
  boolean isFull() {
    return count == messageLimit || totalBytes >= byteLimit;
  }

  void add(long lastIndex, long payloadBytes) {
    if (isFull()) {
      throw new AssertionError("cannot add into a Full inflights");
    }
    if (count == indexes.length) {
      grow();
    }
    int slot = (first + count) % indexes.length;
    indexes[slot] = lastIndex;
    bytes[slot] = payloadBytes;
    count++;
    totalBytes += payloadBytes;
  }

  /** Forgets all messages up to {@code index}. */
  void freeUpTo(long index) {
    while (count > 0 && Unsigned.atMost(indexes[first], index)) {
      totalBytes -= bytes[first];
      first = (first + 1) % indexes.length;
      count--;
    }
  }

  void clear() {
    first = 0;
    count = 0;
    totalBytes = 0;
  }

  private void grow() {
    int capacity = (int) Math.min(messageLimit, Math.max(FIRST_CAPACITY, 2L * indexes.length));
    long[] moreIndexes = new long[capacity];
    long[] moreBytes = new long[capacity];
    for (int i = 0; i < count; i++) {
      moreIndexes[i] = indexes[(first + i) % indexes.length];
      moreBytes[i] = bytes[(first + i) % bytes.length];
    }
    indexes = moreIndexes;
    bytes = moreBytes;
    first = 0;
  }
}
