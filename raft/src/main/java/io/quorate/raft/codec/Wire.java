package io.quorate.raft.codec;

/** Wire types and sizes of protobuf. */
final class Wire {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LENGTH_DELIMITED = 2;
  static final int START_GROUP = 3;
  static final int END_GROUP = 4;
  static final int FIXED32 = 5;

  private Wire() {}

  static int varintSize(long value) {
    return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
  }

  /** Of a field with a number below 16 that holds a varint. */
  static int varintFieldSize(long value) {
    return 1 + varintSize(value);
  }

  /** Of a field with a number below 16 that holds {@code length} bytes. */
  static int bytesFieldSize(int length) {
    return Math.addExact(1 + varintSize(length), length);
  }
}
