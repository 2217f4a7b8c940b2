package io.quorate.statemachine.apply;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The fields of an encoded {@code mvccpb.KeyValue} that compares and puts look at; read from the
 * bytes in one pass, nothing copied.
 */
record KeyValueFields(
    long createRevision, long modRevision, long version, MemorySegment value, long lease) {
  private static final MemorySegment EMPTY = MemorySegment.ofArray(new byte[0]);

  static KeyValueFields of(MemorySegment keyValue) {
    long create = 0;
    long mod = 0;
    long version = 0;
    long lease = 0;
    MemorySegment value = EMPTY;
    long position = 0;
    long end = keyValue.byteSize();
    while (position < end) {
      int tag = keyValue.get(ValueLayout.JAVA_BYTE, position++);
      long number = 0;
      for (int shift = 0; ; shift += 7) {
        byte b = keyValue.get(ValueLayout.JAVA_BYTE, position++);
        number |= (long) (b & 0x7f) << shift;
        if (b >= 0) {
          break;
        }
      }
      switch (tag) {
        case 1 << 3 | 2 -> position += number;
        case 2 << 3 -> create = number;
        case 3 << 3 -> mod = number;
        case 4 << 3 -> version = number;
        case 5 << 3 | 2 -> {
          value = keyValue.asSlice(position, number);
          position += number;
        }
        case 6 << 3 -> lease = number;
        default -> throw new IllegalStateException("key-value with tag " + tag);
      }
    }
    return new KeyValueFields(create, mod, version, value, lease);
  }
}
