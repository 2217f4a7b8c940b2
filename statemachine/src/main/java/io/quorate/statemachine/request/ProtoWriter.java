package io.quorate.statemachine.request;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes protobuf fields in proto3 style: the caller gives them in ascending order; zero and empty
 * values are left out, except by the {@code always…} forms (members of a oneof, sub-messages). Not
 * thread-safe.
 */
public final class ProtoWriter {
  private byte[] buffer;
  private int size;

  public ProtoWriter() {
    this(64);
  }

  /**
   * @param expectedBytes room to begin with; it grows
   */
  public ProtoWriter(int expectedBytes) {
    buffer = new byte[expectedBytes];
  }

  public ProtoWriter number(int field, long value) {
    return value == 0 ? this : alwaysNumber(field, value);
  }

  public ProtoWriter alwaysNumber(int field, long value) {
    room(15);
    raw((long) field << 3);
    raw(value);
    return this;
  }

  public ProtoWriter bool(int field, boolean value) {
    return number(field, value ? 1 : 0);
  }

  public ProtoWriter bytes(int field, byte[] value) {
    return value.length == 0 ? this : alwaysBytes(field, value);
  }

  public ProtoWriter alwaysBytes(int field, byte[] value) {
    return alwaysBytes(field, value, 0, value.length);
  }

  public ProtoWriter alwaysBytes(int field, byte[] value, int offset, int length) {
    room(15 + length);
    raw((long) field << 3 | ProtoReader.LENGTH);
    raw(length);
    System.arraycopy(value, offset, buffer, size, length);
    size += length;
    return this;
  }

  public ProtoWriter text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Text with one char for each byte: {@link ByteText}. */
  public ProtoWriter byteText(int field, String value) {
    return bytes(field, ByteText.bytes(value));
  }

  /** A sub-message, even when it is empty. */
  public ProtoWriter message(int field, ProtoWriter value) {
    return alwaysBytes(field, value.buffer, 0, value.size);
  }

  public int size() {
    return size;
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(buffer, size);
  }

  private void room(int bytes) {
    if (buffer.length - size < bytes) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + bytes));
    }
  }

  private void raw(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      buffer[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    buffer[size++] = (byte) rest;
  }
}
