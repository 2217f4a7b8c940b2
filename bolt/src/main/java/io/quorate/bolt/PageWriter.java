package io.quorate.bolt;

import io.quorate.bolt.tree.Node;
import io.quorate.io.DiskFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Writes staged pages in ascending order, neighbours in one call. Pages are put together in one
 * buffer that is kept from commit to commit.
 */
final class PageWriter {
  private static final int BUFFER_BYTES = 1 << 20;

  /** The elements {@code [from, to)} of a node, as {@code count} pages from {@code page} on. */
  record Staged(Node node, int from, int to, long page, int count) {}

  private final DiskFile file;
  private final int pageSize;
  private final ByteBuffer buffer;
  private final MemorySegment bytes;

  /** Where in the file the buffer's content belongs, and how much there is. */
  private long position;

  private int used;

  PageWriter(DiskFile file, int pageSize) {
    this.file = file;
    this.pageSize = pageSize;
    this.buffer = ByteBuffer.allocateDirect(Math.max(BUFFER_BYTES, 4 * pageSize));
    this.bytes = MemorySegment.ofBuffer(buffer);
  }

  void write(List<Staged> pages) {
    pages.sort((a, b) -> Long.compare(a.page, b.page));
    used = 0;
    for (Staged page : pages) {
      long at = page.page * pageSize;
      long size = (long) page.count * pageSize;
      if (used > 0 && (at != position + used || used + size > buffer.capacity())) {
        flush();
      }
      if (size > buffer.capacity()) {
        writeAlone(page, at, size);
        continue;
      }
      if (used == 0) {
        position = at;
      }
      encode(page, bytes.asSlice(used, size));
      used += (int) size;
    }
    flush();
  }

  private static void encode(Staged page, MemorySegment to) {
    long end = page.node.write(to, 0, page.from, page.to, page.page, page.count - 1);
    to.asSlice(end).fill((byte) 0);
  }

  /** A page larger than the buffer: one huge value. At most 2 GiB at a time go into a buffer. */
  private void writeAlone(Staged page, long at, long size) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment large = arena.allocate(size);
      encode(page, large);
      for (long from = 0; from < size; from += Integer.MAX_VALUE) {
        long part = Math.min(Integer.MAX_VALUE, size - from);
        file.write(large.asSlice(from, part).asByteBuffer(), at + from);
      }
    }
  }

  private void flush() {
    if (used > 0) {
      buffer.clear().limit(used);
      file.write(buffer, position);
      used = 0;
    }
  }
}
