package io.quorate.peer.codec;

import java.nio.ByteBuffer;

/** Bytes that came and are not decoded yet. Big-endian, as all frames between members. */
final class Gathered {
  private static final int SMALLEST = 8192;

  private byte[] bytes = new byte[SMALLEST];
  private int start;
  private int end;

  void add(byte[] piece) {
    int length = end - start;
    if (end + piece.length > bytes.length) {
      byte[] to = bytes;
      int needed = Math.addExact(length, piece.length);
      if (needed > bytes.length || needed < bytes.length / 4) {
        to = new byte[Math.max(SMALLEST, Integer.highestOneBit(Math.max(needed, 1) - 1) << 1)];
      }
      System.arraycopy(bytes, start, to, 0, length);
      bytes = to;
      start = 0;
      end = length;
    }
    System.arraycopy(piece, 0, bytes, end, piece.length);
    end += piece.length;
  }

  int size() {
    return end - start;
  }

  byte byteAt(int offset) {
    return bytes[start + offset];
  }

  long longAt(int offset) {
    return ByteBuffer.wrap(bytes, start + offset, Long.BYTES).getLong();
  }

  /** A view, valid until the next change. */
  ByteBuffer view(int offset, int length) {
    return ByteBuffer.wrap(bytes, start + offset, length).slice();
  }

  void skip(int count) {
    start += count;
    if (start == end) {
      start = 0;
      end = 0;
    }
  }

  /** What remains, which is then gone from here. */
  byte[] takeAll() {
    byte[] rest = java.util.Arrays.copyOfRange(bytes, start, end);
    start = 0;
    end = 0;
    return rest;
  }
}
