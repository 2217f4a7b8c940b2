package io.quorate.client.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes a message field by field, in the order of the calls. As in proto3, zero, false and empty
 * are not written; elements of repeated fields and messages are, whatever they hold. One thread.
 */
public final class ProtoWriter {
  private static final int VARINT = 0;
  private static final int LENGTH = 2;
  private static final int MAX_VARINT_BYTES = 10;

  private byte[] bytes = new byte[64];
  private int size;

  /** A number of any integer type; a negative one takes ten bytes. */
  public ProtoWriter number(int field, long value) {
    if (value != 0) {
      room(2 * MAX_VARINT_BYTES);
      varint((long) field << 3 | VARINT);
      varint(value);
    }
    return this;
  }

  /** A number that is there even when zero: a member of a oneof. */
  public ProtoWriter present(int field, long value) {
    room(2 * MAX_VARINT_BYTES);
    varint((long) field << 3 | VARINT);
    varint(value);
    return this;
  }

  public ProtoWriter flag(int field, boolean value) {
    return number(field, value ? 1 : 0);
  }

  public ProtoWriter bytes(int field, byte[] value) {
    return value.length == 0 ? this : element(field, value);
  }

  public ProtoWriter text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** A message, or one element of a repeated field. */
  public ProtoWriter element(int field, byte[] value) {
    room(2 * MAX_VARINT_BYTES + value.length);
    varint((long) field << 3 | LENGTH);
    varint(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
    return this;
  }

  public byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }
}
