package io.quorate.backend.schema;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Keys of bucket {@code key}: main (8 bytes, big-endian), an underscore, sub (8 bytes), and a
 * {@code t} behind it where the record is a tombstone (spec/storage.md 3.1).
 */
public final class RevisionKey {
  /** Without the mark of a tombstone. */
  public static final int BYTES = 17;

  private static final int TOMBSTONE_BYTES = BYTES + 1;
  private static final byte SEPARATOR = '_';
  private static final byte TOMBSTONE = 't';
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private RevisionKey() {}

  public static byte[] encode(long main, long sub, boolean tombstone) {
    byte[] bytes = new byte[tombstone ? TOMBSTONE_BYTES : BYTES];
    encode(main, sub, tombstone, bytes);
    return bytes;
  }

  /** Writes into {@code bytes}, which has room for 18; returns the length written. */
  public static int encode(long main, long sub, boolean tombstone, byte[] bytes) {
    put(bytes, 0, main);
    bytes[8] = SEPARATOR;
    put(bytes, 9, sub);
    if (tombstone) {
      bytes[BYTES] = TOMBSTONE;
      return TOMBSTONE_BYTES;
    }
    return BYTES;
  }

  private static void put(byte[] bytes, int at, long value) {
    for (int i = 0; i < 8; i++) {
      bytes[at + i] = (byte) (value >>> (56 - 8 * i));
    }
  }

  public static long main(MemorySegment key) {
    check(key);
    return key.get(LONG, 0);
  }

  public static long sub(MemorySegment key) {
    return key.get(LONG, 9);
  }

  public static boolean isTombstone(MemorySegment key) {
    return key.byteSize() == TOMBSTONE_BYTES;
  }

  private static void check(MemorySegment key) {
    boolean plain =
        key.byteSize() == BYTES
            || (key.byteSize() == TOMBSTONE_BYTES
                && key.get(ValueLayout.JAVA_BYTE, BYTES) == TOMBSTONE);
    if (!plain
        || key.get(ValueLayout.JAVA_BYTE, 8) != SEPARATOR
        || key.get(LONG, 0) < 0
        || key.get(LONG, 9) < 0) {
      throw new AssertionError("not a revision: " + key.byteSize() + " bytes");
    }
  }
}
