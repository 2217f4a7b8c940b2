package io.quorate.statemachine.request;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads protobuf fields from a range of an array, with the strictness and the error texts of Go's
 * generated decoders: a known field of another wire type, a stray end of group, field number 0 are
 * errors; unknown fields are skipped. Not thread-safe.
 */
public final class ProtoReader {
  public static final int VARINT = 0;
  public static final int FIXED64 = 1;
  public static final int LENGTH = 2;
  public static final int START_GROUP = 3;
  public static final int END_GROUP = 4;
  public static final int FIXED32 = 5;

  private static final byte[] EMPTY = {};

  private final byte[] data;
  private final String message;
  private int position;
  private final int limit;
  private int wireType;

  /**
   * @param message the name of the message, for error texts
   */
  public ProtoReader(String message, byte[] data) {
    this(message, data, 0, data.length);
  }

  private ProtoReader(String message, byte[] data, int position, int limit) {
    this.message = message;
    this.data = data;
    this.position = position;
    this.limit = limit;
  }

  /** The number of the next field, which one of the methods below must consume; 0 at the end. */
  public int next() {
    if (position == limit) {
      return 0;
    }
    long tag = rawVarint();
    int number = (int) (tag >>> 3);
    wireType = (int) tag & 7;
    if (wireType == END_GROUP) {
      throw new DecodeException("proto: " + message + ": wiretype end group for non-group");
    }
    if (number <= 0) {
      throw new DecodeException(
          "proto: "
              + message
              + ": illegal tag "
              + number
              + " (wire type "
              + Long.toUnsignedString(tag)
              + ")");
    }
    return number;
  }

  /** A number; {@code field} is its name for the error text. */
  public long number(String field) {
    expect(VARINT, field);
    return rawVarint();
  }

  /** The numbers of a repeated field, as far as they stand here: one, or several packed. */
  public long[] numbers(String field) {
    if (wireType != LENGTH) {
      return new long[] {number(field)};
    }
    int length = length(field); // moves position, so it comes first
    int end = position + length;
    var found = new java.util.ArrayList<Long>();
    while (position < end) {
      found.add(rawVarint());
    }
    return found.stream().mapToLong(Long::longValue).toArray();
  }

  public boolean bool(String field) {
    return number(field) != 0;
  }

  /** A copy of the bytes. */
  public byte[] bytes(String field) {
    int length = length(field);
    if (length == 0) {
      return EMPTY;
    }
    byte[] value = Arrays.copyOfRange(data, position, position + length);
    position += length;
    return value;
  }

  /** Text; bytes that are not UTF-8 are replaced. */
  public String text(String field) {
    int length = length(field);
    String value = new String(data, position, length, StandardCharsets.UTF_8);
    position += length;
    return value;
  }

  /** Text that may be any bytes, one char for each: {@link ByteText}. */
  public String byteText(String field) {
    int length = length(field);
    String value = new String(data, position, length, StandardCharsets.ISO_8859_1);
    position += length;
    return value;
  }

  /** A reader of the sub-message, over the same array. */
  public ProtoReader message(String field, String name) {
    int length = length(field);
    ProtoReader inner = new ProtoReader(name, data, position, position + length);
    position += length;
    return inner;
  }

  /** Skips the field just seen, whatever it is. */
  public void skip() {
    skip(wireType);
  }

  private void skip(int type) {
    switch (type) {
      case VARINT -> rawVarint();
      case FIXED64 -> advance(8);
      case FIXED32 -> advance(4);
      case LENGTH -> advance(rawLength());
      case START_GROUP -> skipGroup();
      default -> throw new DecodeException("proto: illegal wireType " + type);
    }
  }

  private void skipGroup() {
    for (int depth = 1; depth > 0; ) {
      int type = (int) rawVarint() & 7;
      switch (type) {
        case START_GROUP -> depth++;
        case END_GROUP -> depth--;
        default -> skip(type);
      }
    }
  }

  private int length(String field) {
    expect(LENGTH, field);
    int length = rawLength();
    if (length > limit - position) {
      throw new DecodeException("unexpected EOF");
    }
    return length;
  }

  private void expect(int expected, String field) {
    if (wireType != expected) {
      throw new DecodeException("proto: wrong wireType = " + wireType + " for field " + field);
    }
  }

  private int rawLength() {
    long length = rawVarint();
    if (length < 0) {
      throw new DecodeException("proto: negative length found during unmarshaling");
    }
    if (length > Integer.MAX_VALUE) {
      throw new DecodeException("unexpected EOF");
    }
    return (int) length;
  }

  private void advance(int length) {
    if (length > limit - position) {
      throw new DecodeException("unexpected EOF");
    }
    position += length;
  }

  private long rawVarint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (position >= limit) {
        throw new DecodeException("unexpected EOF");
      }
      byte b = data[position++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new DecodeException("proto: integer overflow");
  }
}
