package io.quorate.peer;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of what one member sent raft has not taken yet. It is bounded, so that a member that
 * sends faster than this one works costs messages, which raft sends again, and not memory. Any
 * thread.
 */
final class Backlog {
  private static final int MESSAGE_LIMIT = 4096;

  /** Departure: etcd counts messages alone, each of which may have a megabyte and more. */
  private static final long BYTE_LIMIT = 256L << 20;

  private final AtomicInteger messages = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /** Whether one more of {@code size} bytes may come in; a lone one always may. */
  boolean enter(int size) {
    int before = messages.getAndIncrement();
    long sizeBefore = bytes.getAndAdd(size);
    if (before == 0 || before < MESSAGE_LIMIT && sizeBefore + size <= BYTE_LIMIT) {
      return true;
    }
    leave(size);
    return false;
  }

  void leave(int size) {
    messages.decrementAndGet();
    bytes.addAndGet(-size);
  }
}
