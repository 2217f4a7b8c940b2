package io.quorate.wal;

import io.quorate.io.Clock;
import io.quorate.io.DiskFile;
import io.quorate.raft.codec.EntryCodec;
import io.quorate.raft.codec.HardStateCodec;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.HardState;
import java.nio.ByteBuffer;

/**
 * Appends records to one segment through a buffer that is reused; see {@link RecordReader} for
 * their form. What is encoded goes straight into that buffer: nothing else is allocated.
 */
final class RecordWriter {
  /** More than this does not stay in the buffer. */
  static final int BUFFER_BYTES = 128 << 10;

  /** What leaves before a sync leaves in these. */
  static final int PAGE_BYTES = 4096;

  /** Length, type, checksum of five bytes, head of the data: the most that precedes data. */
  private static final int HEAD_LIMIT_BYTES = RecordReader.LENGTH_BYTES + 2 + 6 + 6;

  private static final int CRC_LIMIT_BYTES = 5;

  private final Crc32c crc32c = new Crc32c();
  private final Clock clock;
  private final WalListener listener;
  private byte[] buffer = new byte[2 * BUFFER_BYTES];
  private ByteBuffer view = ByteBuffer.wrap(buffer);
  private int count;
  private DiskFile file;
  private long flushedOffset;
  private int crc;
  private long recordStartNanos;

  /**
   * Goes on at {@code offset} of {@code file}, where the chain of checksums stands at {@code crc}.
   */
  RecordWriter(DiskFile file, long offset, int crc, Clock clock, WalListener listener) {
    this.file = file;
    this.flushedOffset = offset;
    this.crc = crc;
    this.clock = clock;
    this.listener = listener;
  }

  /** Goes on in a new segment; everything before must have been flushed. */
  void continueIn(DiskFile next) {
    if (count != 0) {
      throw new AssertionError(count + " bytes were not flushed to the old segment");
    }
    file = next;
    flushedOffset = 0;
  }

  /** How much of the segment has gone to the operating system. */
  long flushedOffset() {
    return flushedOffset;
  }

  /** A record that carries the checksum over. */
  void crc() {
    int start = reserve(0);
    int at = start + RecordReader.LENGTH_BYTES;
    at = Protobuf.putField(buffer, at, 1, RecordType.CRC);
    at = Protobuf.putField(buffer, at, 2, Integer.toUnsignedLong(crc));
    finish(start, at);
  }

  void record(int type, byte[] data) {
    int at = beginData(data.length);
    System.arraycopy(data, 0, buffer, at, data.length);
    endData(type, at, data.length);
  }

  // The codec of raft would do, but leaves 16 bytes of garbage for each record.
  void entry(Entry entry) {
    byte[] data = entry.data();
    int size = EntryCodec.encodedSize(entry);
    int start = beginData(size);
    int at = Protobuf.putField(buffer, start, 1, entry.type().ordinal());
    at = Protobuf.putField(buffer, at, 2, entry.term());
    at = Protobuf.putField(buffer, at, 3, entry.index());
    if (data != null) {
      at = Protobuf.putLength(buffer, at, 4, data.length);
      System.arraycopy(data, 0, buffer, at, data.length);
    }
    endData(RecordType.ENTRY, start, size);
  }

  void state(HardState state) {
    int size = HardStateCodec.encodedSize(state);
    int start = beginData(size);
    int at = Protobuf.putField(buffer, start, 1, state.term());
    at = Protobuf.putField(buffer, at, 2, state.vote());
    Protobuf.putField(buffer, at, 3, state.commit());
    endData(RecordType.STATE, start, size);
  }

  /** Where the data has to be put, if its checksum takes five bytes, as 15 of 16 do. */
  private int beginData(int size) {
    return reserve(size)
        + RecordReader.LENGTH_BYTES
        + 2
        + (1 + CRC_LIMIT_BYTES)
        + (1 + Protobuf.size(size));
  }

  private void endData(int type, int dataAt, int size) {
    crc = crc32c.update(crc, buffer, dataAt, size);
    int start = count;
    int at = start + RecordReader.LENGTH_BYTES;
    int shortage = CRC_LIMIT_BYTES - Protobuf.size(Integer.toUnsignedLong(crc));
    if (shortage > 0) {
      System.arraycopy(buffer, dataAt, buffer, dataAt - shortage, size);
    }
    at = Protobuf.putField(buffer, at, 1, type);
    at = Protobuf.putField(buffer, at, 2, Integer.toUnsignedLong(crc));
    at = Protobuf.putLength(buffer, at, 3, size);
    finish(start, at + size);
  }

  /** Writes the length field and the padding of the payload that ends at {@code end}. */
  private void finish(int start, int end) {
    int length = end - start - RecordReader.LENGTH_BYTES;
    int padding = -length & 7;
    long field = length;
    if (padding != 0) {
      field |= (0x80L | padding) << 56;
    }
    RecordReader.LITTLE_ENDIAN_LONG.set(buffer, start, field);
    for (int i = 0; i < padding; i++) {
      buffer[end + i] = 0;
    }
    count = end + padding;
    if (count > BUFFER_BYTES) {
      // Whole pages only: the file is never rewritten, and a page is written once.
      long pages = (flushedOffset + count) / PAGE_BYTES * PAGE_BYTES;
      write((int) Math.max(0, pages - flushedOffset));
    }
    listener.recorded(clock.nanos() - recordStartNanos);
  }

  /** Makes room for a record with {@code size} bytes of data; returns where it begins. */
  private int reserve(int size) {
    recordStartNanos = clock.nanos();
    int needed = Math.addExact(Math.addExact(count, size), HEAD_LIMIT_BYTES + 8);
    if (needed > buffer.length) {
      byte[] larger = new byte[Math.max(needed, (int) Math.min(2L * buffer.length, 1 << 30))];
      System.arraycopy(buffer, 0, larger, 0, count);
      buffer = larger;
      view = ByteBuffer.wrap(buffer);
    }
    return count;
  }

  /** Hands everything to the operating system. */
  void flush() {
    write(count);
  }

  private void write(int bytes) {
    if (bytes == 0) {
      return;
    }
    file.write(view.clear().limit(bytes), flushedOffset);
    listener.wrote(bytes);
    flushedOffset += bytes;
    count -= bytes;
    System.arraycopy(buffer, bytes, buffer, 0, count);
  }
}
