package io.quorate.bolt;

import io.quorate.bolt.page.Layout;
import io.quorate.bolt.page.Meta;
import io.quorate.io.DiskFile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What is found out about a file before it is mapped (storage.md 1.7).
 *
 * @param meta the state to begin with
 * @param lengthBytes of the file
 * @param mapBytes how much to map
 */
record Opening(Meta meta, long lengthBytes, long mapBytes) {
  /** How much is read where a meta page may be. */
  private static final int PROBE_BYTES = 4096;

  private static final long SMALLEST_MAP_BYTES = 32 << 10;
  private static final long MAP_STEP_BYTES = 1 << 30;
  private static final long LARGEST_MAP_BYTES = (1L << 48) - 1;

  static Opening of(DiskFile file, BoltOptions options) {
    if (file.length() == 0) {
      create(file, options.pageSizeBytes());
    }
    long length = file.length();
    int pageSize = pageSize(file, length, options.pageSizeBytes());
    if (length < 2L * pageSize) {
      throw new BoltException.FileTooSmall(length);
    }
    Meta meta = newest(file, pageSize);
    if (meta.pageSize() != pageSize
        || meta.highWaterMark() < 2
        || meta.highWaterMark() > length / pageSize) {
      throw new BoltException.Corrupt(
          "the file is truncated: it has %d pages of %d bytes, but its high-water mark is %s"
              .formatted(length / pageSize, pageSize, Long.toUnsignedString(meta.highWaterMark())));
    }
    return new Opening(meta, length, mapBytes(Math.max(length, options.initialMapBytes())));
  }

  /** Two metas, an empty free list and an empty leaf. */
  private static void create(DiskFile file, int pageSize) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * pageSize);
    MemorySegment to = MemorySegment.ofBuffer(buffer);
    for (int id = 0; id < 2; id++) {
      new Meta(pageSize, 3, 0, 2, 4, id).write(to, (long) id * pageSize, id);
    }
    Layout.writeHeader(to, 2L * pageSize, 2, Layout.FREELIST, 0, 0);
    Layout.writeHeader(to, 3L * pageSize, 3, Layout.LEAF, 0, 0);
    file.write(buffer, 0);
    file.dataSync();
  }

  /** The page size, from the first meta, or from the second wherever it is found. */
  private static int pageSize(DiskFile file, long length, int assumed) {
    boolean readable = false;
    if (length >= PROBE_BYTES) {
      readable = true;
      Meta first = probe(file, 0);
      if (first != null) {
        return first.pageSize();
      }
    }
    for (long at = BoltFile.SMALLEST_PAGE_BYTES;
        at <= BoltFile.LARGEST_PAGE_BYTES && at < length - 1024;
        at *= 2) {
      readable = true;
      Meta second = probe(file, at);
      if (second != null) {
        return second.pageSize();
      }
    }
    if (!readable) {
      throw new BoltException.InvalidDatabase();
    }
    return assumed;
  }

  private static @Nullable Meta probe(DiskFile file, long at) {
    Meta meta;
    try {
      meta = Meta.read(bytes(file, at, PROBE_BYTES), Layout.HEADER_BYTES);
    } catch (BoltException _) {
      return null;
    }
    int size = meta.pageSize();
    boolean possible =
        Integer.bitCount(size) == 1
            && size >= BoltFile.SMALLEST_PAGE_BYTES
            && size <= BoltFile.LARGEST_PAGE_BYTES;
    return possible ? meta : null;
  }

  /** {@code count} bytes from {@code at} on; zeros where the file has ended. */
  private static MemorySegment bytes(DiskFile file, long at, int count) {
    byte[] bytes = new byte[count];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining() && file.read(buffer, at + buffer.position()) > 0) {
      // read on
    }
    return MemorySegment.ofArray(bytes);
  }

  /** The valid meta with the higher transaction id; if none is valid, the first one's error. */
  private static Meta newest(DiskFile file, int pageSize) {
    Meta newest = null;
    BoltException error = null;
    for (int id = 0; id < 2; id++) {
      try {
        int size = Layout.HEADER_BYTES + Meta.BYTES;
        Meta meta = Meta.read(bytes(file, (long) id * pageSize, size), Layout.HEADER_BYTES);
        if (newest == null || Long.compareUnsigned(meta.transaction(), newest.transaction()) > 0) {
          newest = meta;
        }
      } catch (BoltException e) {
        error = error == null ? e : error;
      }
    }
    if (newest != null) {
      return newest;
    }
    if (error == null) {
      throw new AssertionError("no meta and no error");
    }
    throw error;
  }

  /**
   * How much bbolt maps for {@code bytes}: a power of two from 32 KiB to 1 GiB, or whole GiB. It
   * shows: a small file is extended to what is mapped (storage.md 1.9).
   */
  static long mapBytes(long bytes) {
    for (long size = SMALLEST_MAP_BYTES; size <= MAP_STEP_BYTES; size *= 2) {
      if (bytes <= size) {
        return size;
      }
    }
    long size = (bytes + MAP_STEP_BYTES - 1) / MAP_STEP_BYTES * MAP_STEP_BYTES;
    return Math.min(size, LARGEST_MAP_BYTES);
  }
}
