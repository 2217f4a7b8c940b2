package io.quorate.mvcc;

import java.lang.foreign.MemorySegment;

/** Takes encoded {@code mvccpb.KeyValue}s one by one. */
@FunctionalInterface
public interface KeyValueVisitor {
  void keyValue(MemorySegment bytes);
}
