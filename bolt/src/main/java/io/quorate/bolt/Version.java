package io.quorate.bolt;

import io.quorate.bolt.page.Meta;
import io.quorate.bolt.page.Pages;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A committed state and how many transactions read it. Once it is not the current one any more and
 * nobody reads it, the writer declares it dead; so retaining needs no lock and can fail.
 */
final class Version {
  private static final int DEAD = -1;

  final Meta meta;
  final MemorySegment mapping;
  final long lengthBytes;
  final Pages pages;
  private final AtomicInteger readers = new AtomicInteger();

  Version(Meta meta, MemorySegment mapping, long lengthBytes) {
    this.meta = meta;
    this.mapping = mapping;
    this.lengthBytes = lengthBytes;
    this.pages = new Pages(mapping, meta.pageSize(), lengthBytes);
  }

  /** Counts one more reader; false if this state is dead. */
  boolean retain() {
    while (true) {
      int count = readers.get();
      if (count == DEAD) {
        return false;
      }
      if (readers.compareAndSet(count, count + 1)) {
        return true;
      }
    }
  }

  void release() {
    if (readers.decrementAndGet() < 0) {
      throw new AssertionError("released more often than retained");
    }
  }

  /** Nobody can read this state from now on; false if somebody does. */
  boolean die() {
    return readers.get() == DEAD || readers.compareAndSet(0, DEAD);
  }
}
