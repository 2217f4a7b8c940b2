package io.quorate.mvcc;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The fields of an encoded KeyValue that the index needs, read in one pass; to be used again. */
final class KeyValueFields {
  long createRevision;
  long version;
  long lease;
  private MemorySegment bytes = MemorySegment.NULL;
  private long keyStart;
  private long keyLength;
  private long at;

  void read(MemorySegment keyValue) {
    bytes = keyValue;
    createRevision = 0;
    version = 0;
    lease = 0;
    keyStart = 0;
    keyLength = 0;
    at = 0;
    long end = keyValue.byteSize();
    while (at < end) {
      byte tag = keyValue.get(ValueLayout.JAVA_BYTE, at++);
      long value = varint();
      switch (tag) {
        case 0x0a -> {
          keyStart = at;
          keyLength = value;
          at += value;
        }
        case 0x10 -> createRevision = value;
        case 0x20 -> version = value;
        case 0x2a -> at += value;
        case 0x30 -> lease = value;
        case 0x18 -> {}
        default -> throw new AssertionError("not a KeyValue: tag " + tag);
      }
    }
  }

  byte[] key() {
    byte[] key = new byte[(int) keyLength];
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, keyStart, key, 0, key.length);
    return key;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = bytes.get(ValueLayout.JAVA_BYTE, at++);
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new AssertionError("not a KeyValue: varint without an end");
  }
}
