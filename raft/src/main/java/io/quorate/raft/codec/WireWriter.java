package io.quorate.raft.codec;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Writes protobuf fields with numbers below 16 to a buffer that has room for them. */
record WireWriter(ByteBuffer out) {
  void varintField(int number, long value) {
    out.put((byte) (number << 3 | Wire.VARINT));
    varint(value);
  }

  void boolField(int number, boolean value) {
    varintField(number, value ? 1 : 0);
  }

  /** Nothing at all for null, which differs from an empty byte string. */
  void bytesField(int number, byte @Nullable [] value) {
    if (value != null) {
      messageField(number, value.length);
      out.put(value);
    }
  }

  /** Tag and length of a message of {@code size} bytes, which the caller writes next. */
  void messageField(int number, int size) {
    out.put((byte) (number << 3 | Wire.LENGTH_DELIMITED));
    varint(size);
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }
}
