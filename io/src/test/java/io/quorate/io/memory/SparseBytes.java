package io.quorate.io.memory;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Content of a file. Stretches of zeros cost nothing, copies only what is changed later. */
final class SparseBytes {
  private static final int CHUNK_BYTES = 4096;
  private static final byte[] ZEROS = new byte[CHUNK_BYTES];

  private static final class Chunk {
    byte[] bytes;
    boolean shared;

    Chunk(byte[] bytes, boolean shared) {
      this.bytes = bytes;
      this.shared = shared;
    }

    byte[] own() {
      if (shared) {
        bytes = bytes.clone();
        shared = false;
      }
      return bytes;
    }
  }

  private final Map<Long, Chunk> chunks = new HashMap<>();
  private long length;

  long length() {
    return length;
  }

  SparseBytes copy() {
    SparseBytes copy = new SparseBytes();
    copy.length = length;
    chunks.forEach((number, chunk) -> {
      chunk.shared = true;
      copy.chunks.put(number, new Chunk(chunk.bytes, true));
    });
    return copy;
  }

  void setLength(long newLength) {
    if (newLength < length) {
      chunks.keySet().removeIf(number -> number * CHUNK_BYTES >= newLength);
      int within = (int) (newLength % CHUNK_BYTES);
      Chunk last = chunks.get(newLength / CHUNK_BYTES);
      if (last != null) {
        Arrays.fill(last.own(), within, CHUNK_BYTES, (byte) 0);
      }
    }
    length = newLength;
  }

  int read(ByteBuffer into, long position) {
    if (position >= length) {
      return into.hasRemaining() ? -1 : 0;
    }
    int total = (int) Math.min(into.remaining(), length - position);
    int left = total;
    while (left > 0) {
      int within = (int) (position % CHUNK_BYTES);
      int count = Math.min(left, CHUNK_BYTES - within);
      Chunk chunk = chunks.get(position / CHUNK_BYTES);
      into.put(chunk == null ? ZEROS : chunk.bytes, within, count);
      position += count;
      left -= count;
    }
    return total;
  }

  void write(byte[] from, int offset, int count, long position) {
    length = Math.max(length, position + count);
    while (count > 0) {
      int within = (int) (position % CHUNK_BYTES);
      int part = Math.min(count, CHUNK_BYTES - within);
      long number = position / CHUNK_BYTES;
      Chunk chunk = chunks.get(number);
      if (chunk == null && !isZero(from, offset, part)) {
        chunk = new Chunk(new byte[CHUNK_BYTES], false);
        chunks.put(number, chunk);
      }
      if (chunk != null) {
        System.arraycopy(from, offset, chunk.own(), within, part);
      }
      offset += part;
      position += part;
      count -= part;
    }
  }

  private static boolean isZero(byte[] bytes, int offset, int count) {
    return Arrays.equals(bytes, offset, offset + count, ZEROS, 0, count);
  }
}
