package io.quorate.server.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Protobuf fields into an array, which grows where it must: one that was expected to be as long as
 * it becomes is never copied. Zero and empty values are left out. One thread.
 */
public final class Wire {
  private static final int LENGTH_DELIMITED = 2;
  private static final int MAX_VARINT_BYTES = 10;

  private byte[] bytes;
  private int size;

  public Wire(int expectedBytes) {
    bytes = new byte[expectedBytes];
  }

  /** A number; negative ones take ten bytes. */
  public Wire number(int field, long value) {
    if (value != 0) {
      long tag = (long) field << 3;
      room(varintBytes(tag) + varintBytes(value));
      varint(tag);
      varint(value);
    }
    return this;
  }

  public Wire flag(int field, boolean value) {
    return number(field, value ? 1 : 0);
  }

  public Wire text(int field, String value) {
    return value.isEmpty() ? this : message(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** A message that is encoded already; written even when it is empty. */
  public Wire message(int field, byte[] encoded) {
    open(field, encoded.length);
    System.arraycopy(encoded, 0, bytes, size, encoded.length);
    size += encoded.length;
    return this;
  }

  public Wire message(int field, MemorySegment encoded) {
    int length = Math.toIntExact(encoded.byteSize());
    open(field, length);
    MemorySegment.copy(encoded, ValueLayout.JAVA_BYTE, 0, bytes, size, length);
    size += length;
    return this;
  }

  public Wire message(int field, Wire encoded) {
    open(field, encoded.size);
    System.arraycopy(encoded.bytes, 0, bytes, size, encoded.size);
    size += encoded.size;
    return this;
  }

  /** Tag and length of a message of {@code length} bytes, which are sent from elsewhere. */
  public static byte[] prefix(int field, long length) {
    var prefix = new Wire(2 * MAX_VARINT_BYTES);
    prefix.varint((long) field << 3 | LENGTH_DELIMITED);
    prefix.varint(length);
    return prefix.toByteArray();
  }

  private Wire open(int field, int length) {
    room(Math.toIntExact(framedBytes(field, length)));
    varint((long) field << 3 | LENGTH_DELIMITED);
    varint(length);
    return this;
  }

  /** Fields that are encoded already. */
  public Wire fields(byte[] encoded) {
    room(encoded.length);
    System.arraycopy(encoded, 0, bytes, size, encoded.length);
    size += encoded.length;
    return this;
  }

  public int size() {
    return size;
  }

  public byte[] toByteArray() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  /** Bytes that a message of {@code length} bytes takes as field {@code field}. */
  public static long framedBytes(int field, long length) {
    return varintBytes((long) field << 3) + varintBytes(length) + length;
  }

  /** Bytes of {@code value} as a varint. */
  public static int varintBytes(long value) {
    return (63 - Long.numberOfLeadingZeros(value | 1)) / 7 + 1;
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  private void room(int count) {
    if (bytes.length - size < count) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + count));
    }
  }
}
