package io.quorate.mvcc;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The encoded {@code mvccpb.KeyValue}, which is what the store keeps and what clients get: 1 key, 2
 * create_revision, 3 mod_revision, 4 version, 5 value, 6 lease; ascending, zero and empty fields
 * left out. Hashes cover these bytes, so every member must write the same ones.
 */
public final class KeyValueBytes {
  private static final int KEY = 1;
  private static final int CREATE_REVISION = 2;
  private static final int MOD_REVISION = 3;
  private static final int VERSION = 4;
  private static final int VALUE = 5;
  private static final int LEASE = 6;
  private static final int VARINT = 0;
  private static final int BYTES = 2;

  private KeyValueBytes() {}

  static byte[] encode(
      byte[] key,
      long createRevision,
      long modRevision,
      long version,
      byte[] value,
      int offset,
      int length,
      long lease) {
    int size =
        bytesSize(key.length)
            + varintFieldSize(createRevision)
            + varintFieldSize(modRevision)
            + varintFieldSize(version)
            + bytesSize(length)
            + varintFieldSize(lease);
    byte[] out = new byte[size];
    int at = putBytes(out, 0, KEY, key, 0, key.length);
    at = putVarintField(out, at, CREATE_REVISION, createRevision);
    at = putVarintField(out, at, MOD_REVISION, modRevision);
    at = putVarintField(out, at, VERSION, version);
    at = putBytes(out, at, VALUE, value, offset, length);
    putVarintField(out, at, LEASE, lease);
    return out;
  }

  /** A tombstone's record: the key and nothing else. */
  static byte[] tombstone(byte[] key) {
    byte[] out = new byte[bytesSize(key.length)];
    putBytes(out, 0, KEY, key, 0, key.length);
    return out;
  }

  /** What a DELETE event carries: the key and the revision that deleted it. */
  public static byte[] deleted(byte[] key, long modRevision) {
    byte[] out = new byte[bytesSize(key.length) + varintFieldSize(modRevision)];
    int at = putBytes(out, 0, KEY, key, 0, key.length);
    putVarintField(out, at, MOD_REVISION, modRevision);
    return out;
  }

  public static MemorySegment key(MemorySegment keyValue) {
    return bytes(keyValue, KEY);
  }

  public static MemorySegment value(MemorySegment keyValue) {
    return bytes(keyValue, VALUE);
  }

  public static long createRevision(MemorySegment keyValue) {
    return number(keyValue, CREATE_REVISION);
  }

  public static long modRevision(MemorySegment keyValue) {
    return number(keyValue, MOD_REVISION);
  }

  public static long version(MemorySegment keyValue) {
    return number(keyValue, VERSION);
  }

  public static long lease(MemorySegment keyValue) {
    return number(keyValue, LEASE);
  }

  /** The same record with an empty value: itself where the value is empty, else a copy. */
  public static MemorySegment withoutValue(MemorySegment keyValue) {
    long at = 0;
    while (at < keyValue.byteSize()) {
      int tag = keyValue.get(ValueLayout.JAVA_BYTE, at);
      long end = skip(keyValue, at);
      if (tag >>> 3 == VALUE) {
        byte[] out = new byte[(int) (keyValue.byteSize() - (end - at))];
        MemorySegment copy = MemorySegment.ofArray(out);
        MemorySegment.copy(keyValue, 0, copy, 0, at);
        MemorySegment.copy(keyValue, end, copy, at, keyValue.byteSize() - end);
        return copy;
      }
      at = end;
    }
    return keyValue;
  }

  private static MemorySegment bytes(MemorySegment keyValue, int field) {
    long at = find(keyValue, field);
    if (at < 0) {
      return MemorySegment.ofArray(new byte[0]);
    }
    long length = varint(keyValue, at + 1);
    return keyValue.asSlice(at + 1 + varintSize(length), length);
  }

  private static long number(MemorySegment keyValue, int field) {
    long at = find(keyValue, field);
    return at < 0 ? 0 : varint(keyValue, at + 1);
  }

  /** The position of the tag of {@code field}, or -1. */
  private static long find(MemorySegment keyValue, int field) {
    long at = 0;
    while (at < keyValue.byteSize()) {
      int found = keyValue.get(ValueLayout.JAVA_BYTE, at) >>> 3;
      if (found == field) {
        return at;
      }
      if (found > field) {
        return -1;
      }
      at = skip(keyValue, at);
    }
    return -1;
  }

  /** The end of the field whose tag is at {@code at}. */
  private static long skip(MemorySegment keyValue, long at) {
    int wire = keyValue.get(ValueLayout.JAVA_BYTE, at) & 7;
    long value = varint(keyValue, at + 1);
    long end = at + 1 + varintSize(value);
    return switch (wire) {
      case VARINT -> end;
      case BYTES -> end + value;
      default -> throw new AssertionError("not a KeyValue: wire type " + wire);
    };
  }

  private static long varint(MemorySegment bytes, long at) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = bytes.get(ValueLayout.JAVA_BYTE, at++);
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new AssertionError("not a KeyValue: varint without an end");
  }

  static int varintSize(long value) {
    return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
  }

  private static int varintFieldSize(long value) {
    return value == 0 ? 0 : 1 + varintSize(value);
  }

  private static int bytesSize(int length) {
    return length == 0 ? 0 : 1 + varintSize(length) + length;
  }

  private static int putVarintField(byte[] out, int at, int field, long value) {
    if (value == 0) {
      return at;
    }
    out[at] = (byte) (field << 3 | VARINT);
    return putVarint(out, at + 1, value);
  }

  private static int putBytes(byte[] out, int at, int field, byte[] bytes, int offset, int length) {
    if (length == 0) {
      return at;
    }
    out[at] = (byte) (field << 3 | BYTES);
    int start = putVarint(out, at + 1, length);
    System.arraycopy(bytes, offset, out, start, length);
    return start + length;
  }

  static int putVarint(byte[] out, int at, long value) {
    long rest = value;
    int to = at;
    while ((rest & ~0x7fL) != 0) {
      out[to++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    out[to++] = (byte) rest;
    return to;
  }
}
