package io.quorate.client.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the fields of a message in the order in which they stand. {@link #next} moves to a field;
 * one of the accessors may take it, else it is passed over. An accessor of the wrong kind gives
 * zero or empty: what a server sends under a known number has the known type, or we are talking to
 * something else. One thread.
 */
public final class ProtoReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  /** Bytes that are not a message. */
  public static final class Malformed extends RuntimeException {
    Malformed(String message) {
      super(message);
    }
  }

  private final byte[] data;
  private final int end;
  private int position;
  private int number;
  private int start;
  private int length;
  private long value;

  public ProtoReader(byte[] data) {
    this(data, 0, data.length);
  }

  private ProtoReader(byte[] data, int offset, int length) {
    this.data = data;
    this.position = offset;
    this.end = offset + length;
  }

  /**
   * Moves to the next field; false at the end.
   *
   * @throws Malformed if there is no field here
   */
  public boolean next() {
    if (position == end) {
      return false;
    }
    long tag = varint();
    number = (int) (tag >>> 3);
    start = position;
    length = 0;
    value = 0;
    switch ((int) tag & 7) {
      case VARINT -> value = varint();
      case LENGTH -> {
        long size = varint();
        if (size < 0 || size > end - position) {
          throw new Malformed("unexpected EOF");
        }
        start = position;
        length = (int) size;
        position += length;
      }
      case FIXED64 -> value = fixed(8);
      case FIXED32 -> value = fixed(4);
      default -> throw new Malformed("proto: illegal wireType " + (tag & 7));
    }
    return true;
  }

  /** The number of the field that {@link #next} found. */
  public int number() {
    return number;
  }

  public long value() {
    return value;
  }

  public boolean flag() {
    return value != 0;
  }

  public byte[] bytes() {
    return Arrays.copyOfRange(data, start, start + length);
  }

  public String text() {
    return new String(data, start, length, StandardCharsets.UTF_8);
  }

  /** The field as a message of its own, without a copy. */
  public ProtoReader message() {
    return new ProtoReader(data, start, length);
  }

  private long fixed(int count) {
    if (end - position < count) {
      throw new Malformed("unexpected EOF");
    }
    long number = 0;
    for (int i = count - 1; i >= 0; i--) {
      number = number << 8 | data[position + i] & 0xff;
    }
    position += count;
    return number;
  }

  private long varint() {
    long number = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (position == end) {
        throw new Malformed("unexpected EOF");
      }
      byte next = data[position++];
      number |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return number;
      }
    }
    throw new Malformed("proto: integer overflow");
  }
}
