package io.quorate.raft.codec;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Walks over protobuf fields: {@link #next} moves to the next one and gives its number; the caller
 * then reads or skips its value. Never reads outside its buffer.
 */
final class WireReader {
  /** Of messages inside messages; ours nest three deep. */
  private static final int NESTING_LIMIT = 32;

  private final ByteBuffer in;
  private final int depth;
  private int field;
  private int wireType;

  WireReader(ByteBuffer in) {
    this(in.slice(), 0);
  }

  private WireReader(ByteBuffer in, int depth) {
    this.in = in;
    this.depth = depth;
  }

  /** The number of the next field, or 0 at the end. */
  int next() {
    if (!in.hasRemaining()) {
      return 0;
    }
    long tag = varint();
    wireType = (int) (tag & 7);
    long number = tag >>> 3;
    if (number == 0 || number > 0x1FFFFFFF) {
      throw malformed("illegal field number " + Long.toUnsignedString(number));
    }
    field = (int) number;
    return field;
  }

  long number() {
    expect(Wire.VARINT);
    return varint();
  }

  boolean bool() {
    return number() != 0;
  }

  <E extends Enum<E>> E constant(E[] constants) {
    long number = number();
    if (number < 0 || number >= constants.length) {
      throw malformed(
          "unknown " + constants.getClass().getComponentType().getSimpleName() + " " + number);
    }
    return constants[(int) number];
  }

  byte[] bytes() {
    expect(Wire.LENGTH_DELIMITED);
    byte[] value = new byte[length()];
    in.get(value);
    return value;
  }

  WireReader message() {
    expect(Wire.LENGTH_DELIMITED);
    if (depth == NESTING_LIMIT) {
      throw malformed("messages nested too deeply");
    }
    return new WireReader(cut(), depth + 1);
  }

  /** One number, or several when packed. */
  void numbersInto(List<Long> numbers) {
    if (wireType != Wire.LENGTH_DELIMITED) {
      numbers.add(number());
      return;
    }
    WireReader packed = new WireReader(cut(), depth + 1);
    while (packed.in.hasRemaining()) {
      numbers.add(packed.varint());
    }
  }

  void skip() {
    int openGroups = 0;
    while (true) {
      switch (wireType) {
        case Wire.VARINT -> varint();
        case Wire.FIXED64 -> advance(Long.BYTES);
        case Wire.LENGTH_DELIMITED -> advance(length());
        case Wire.START_GROUP -> openGroups++;
        case Wire.END_GROUP -> {
          if (--openGroups < 0) {
            throw malformed("end of a group that was not begun");
          }
        }
        case Wire.FIXED32 -> advance(Integer.BYTES);
        default -> throw malformed("illegal wire type " + wireType);
      }
      if (openGroups == 0) {
        return;
      }
      if (next() == 0) {
        throw malformed("group without end");
      }
    }
  }

  private ByteBuffer cut() {
    int length = length();
    ByteBuffer part = in.slice(in.position(), length);
    in.position(in.position() + length);
    return part;
  }

  private int length() {
    long length = varint();
    if (length < 0 || length > in.remaining()) {
      throw malformed(
          "length " + Long.toUnsignedString(length) + " with " + in.remaining() + " bytes left");
    }
    return (int) length;
  }

  private void advance(int count) {
    if (count > in.remaining()) {
      throw malformed("unexpected end");
    }
    in.position(in.position() + count);
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (!in.hasRemaining()) {
        throw malformed("unexpected end");
      }
      byte b = in.get();
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw malformed("number longer than 64 bits");
  }

  private void expect(int expected) {
    if (wireType != expected) {
      throw malformed("wire type " + wireType + " instead of " + expected);
    }
  }

  private MalformedException malformed(String what) {
    return new MalformedException(what + " in field " + field + ", byte " + in.position());
  }
}
