package io.quorate.backend;

import java.lang.foreign.MemorySegment;

/** Takes the records of a bucket in key order. */
@FunctionalInterface
public interface RecordVisitor {
  /** {@code key} and {@code value} are views, valid as long as what was read is held. */
  void record(MemorySegment key, MemorySegment value);
}
