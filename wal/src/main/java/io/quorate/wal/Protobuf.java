package io.quorate.wal;

/**
 * As much of the protobuf encoding as records of the log need, without generated types. Error texts
 * are those of the original's decoder.
 */
final class Protobuf {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int START_GROUP = 3;
  private static final int END_GROUP = 4;
  private static final int FIXED32 = 5;

  private Protobuf() {}

  /** Bytes of {@code value} as a varint. */
  static int size(long value) {
    return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
  }

  /** Writes a varint; returns the position after it. */
  static int put(byte[] to, int at, long value) {
    while ((value & ~0x7fL) != 0) {
      to[at++] = (byte) (value | 0x80);
      value >>>= 7;
    }
    to[at++] = (byte) value;
    return at;
  }

  /** Writes a varint field with a number below 16; returns the position after it. */
  static int putField(byte[] to, int at, int field, long value) {
    to[at++] = (byte) (field << 3);
    return put(to, at, value);
  }

  /** Writes the head of a bytes field with a number below 16; returns the position after it. */
  static int putLength(byte[] to, int at, int field, int length) {
    to[at++] = (byte) (field << 3 | BYTES);
    return put(to, at, length);
  }

  /** Reads the fields of one message in turn. */
  static final class Reader {
    private final String message;
    private final byte[] bytes;
    private final int end;
    private int at;
    private int field;
    private int wireType;
    private int fieldStart;

    Reader(String message, byte[] bytes, int offset, int length) {
      this.message = message;
      this.bytes = bytes;
      this.at = offset;
      this.end = offset + length;
    }

    /** Moves to the next field; false at the end. */
    boolean next() {
      if (at >= end) {
        return false;
      }
      fieldStart = at;
      long tag = rawVarint();
      field = (int) (tag >>> 3);
      wireType = (int) (tag & 7);
      if (wireType == END_GROUP) {
        throw new WalException.Malformed(
            "proto: " + message + ": wiretype end group for non-group");
      }
      if (field <= 0) {
        throw new WalException.Malformed(
            "proto: "
                + message
                + ": illegal tag "
                + field
                + " (wire type "
                + Long.toUnsignedString(tag)
                + ")");
      }
      return true;
    }

    int field() {
      return field;
    }

    long varint(String name) {
      expect(VARINT, name);
      return rawVarint();
    }

    /** Moves past a bytes field; its content begins at the returned position. */
    int bytes(String name) {
      expect(BYTES, name);
      long length = rawVarint();
      if (length < 0) {
        throw new WalException.Malformed("proto: negative length found during unmarshaling");
      }
      if (length > end - at) {
        throw truncated();
      }
      int start = at;
      at += (int) length;
      return start;
    }

    /** Where the next field begins: the end of the content after {@link #bytes}. */
    int position() {
      return at;
    }

    void skip() {
      at = fieldStart;
      rawVarint();
      skipValue(wireType, 0);
    }

    private void skipValue(int type, int depth) {
      switch (type) {
        case VARINT -> rawVarint();
        case FIXED64 -> advance(8);
        case FIXED32 -> advance(4);
        case BYTES -> {
          long length = rawVarint();
          if (length < 0) {
            throw new WalException.Malformed("proto: negative length found during unmarshaling");
          }
          advance(length);
        }
        case START_GROUP -> {
          if (depth > 100) {
            throw new WalException.Malformed("proto: groups too deep");
          }
          while (true) {
            int inner = (int) (rawVarint() & 7);
            if (inner == END_GROUP) {
              return;
            }
            skipValue(inner, depth + 1);
          }
        }
        default -> throw new WalException.Malformed("proto: illegal wireType " + type);
      }
    }

    private void advance(long count) {
      if (count > end - at) {
        throw truncated();
      }
      at += (int) count;
    }

    private void expect(int type, String name) {
      if (wireType != type) {
        throw new WalException.Malformed(
            "proto: wrong wireType = " + wireType + " for field " + name);
      }
    }

    private long rawVarint() {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        if (shift >= 64) {
          throw new WalException.Malformed("proto: integer overflow");
        }
        if (at >= end) {
          throw truncated();
        }
        byte next = bytes[at++];
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return value;
        }
      }
    }

    private static WalException truncated() {
      return new WalException.UnexpectedEnd("unexpected EOF");
    }
  }
}
