package io.quorate.bolt;

import io.quorate.bolt.page.Meta;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * The state of a read transaction as the bytes of a whole file of its own (storage.md 2.9): meta
 * page 0 with its transaction id, meta page 1 with the one before, and all pages below the
 * high-water mark. What {@code etcdctl snapshot save} and a raft snapshot transfer carry.
 *
 * <p>Pages are read through the descriptor of the file, so that a rename over its path does no
 * harm. Any thread, one at a time, while the transaction is open.
 */
public final class SnapshotStream {
  private static final int CHUNK_BYTES = 256 << 10;

  private final ReadTransaction transaction;
  private final ByteBuffer metas;
  private final long sizeBytes;
  private long position;

  SnapshotStream(ReadTransaction transaction) {
    this.transaction = transaction;
    this.sizeBytes = transaction.sizeBytes();
    Meta meta = transaction.meta();
    int pageSize = meta.pageSize();
    metas = ByteBuffer.allocate(2 * pageSize);
    MemorySegment to = MemorySegment.ofBuffer(metas);
    meta.write(to, 0, 0);
    meta.withTransaction(meta.transaction() - 1).write(to, pageSize, 1);
  }

  /** How many bytes there are in all. */
  public long sizeBytes() {
    return sizeBytes;
  }

  /** How many of them are still to come. */
  public long remainingBytes() {
    return sizeBytes - position;
  }

  /**
   * Fills {@code into} as far as there is something left.
   *
   * @return the number of bytes, -1 if there is nothing left
   * @throws io.quorate.io.DiskException if the file cannot be read
   */
  public int read(ByteBuffer into) {
    if (position == sizeBytes) {
      return -1;
    }
    int count = (int) Math.min(into.remaining(), sizeBytes - position);
    int fromMetas = Math.clamp(metas.capacity() - position, 0, count);
    into.put(metas.slice((int) Math.min(position, metas.capacity()), fromMetas));
    if (count > fromMetas) {
      int limit = into.limit();
      into.limit(into.position() + count - fromMetas);
      transaction.readFile(into, position + fromMetas);
      into.limit(limit);
    }
    position += count;
    return count;
  }

  /** Writes all that is left to {@code channel}, which must be a blocking one. */
  public void writeTo(WritableByteChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK_BYTES);
    while (read(buffer.clear()) > 0) {
      buffer.flip();
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }
  }
}
