package io.quorate.wal;

import io.quorate.io.DiskFile;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The records of consecutive segments, with the chain of their checksums tested.
 *
 * <pre>
 *   offset  8 bytes  length, little-endian: bits 0-55 payload bytes; top byte 0x80|p with p padding
 *           n bytes  payload: Record{1: type, 2: crc, 3: data}
 *           p bytes  zeros, up to a multiple of 8
 * </pre>
 *
 * A length of 0, or the end of the file, ends a segment.
 */
final class RecordReader {
  /** A segment to be read: its file, and its name as it stands in messages. */
  record Segment(DiskFile file, String name) {}

  static final int LENGTH_BYTES = 8;
  static final int SECTOR_BYTES = 512;
  static final VarHandle LITTLE_ENDIAN_LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int WINDOW_BYTES = 1 << 18;

  private final List<Segment> segments;
  private final Crc32c crc32c = new Crc32c();
  private int segment;
  private long fileLength;

  // A stretch of the current file: window[0, windowLength) is what stands at windowOffset.
  private byte[] window = new byte[WINDOW_BYTES];
  private long windowOffset;
  private int windowLength;

  /** Where the next record of the current segment begins: all before it is valid. */
  private long validOffset;

  private int crc;

  private long offset;
  private long type;
  private int storedCrc;
  private int dataAt;
  private int dataLength;

  RecordReader(List<Segment> segments) {
    this.segments = segments;
    if (!segments.isEmpty()) {
      fileLength = segments.getFirst().file().length();
    }
  }

  /**
   * Moves to the next record; false at a clean end of the last segment.
   *
   * @throws WalException.UnexpectedEnd if the record is incomplete
   * @throws WalException.Malformed if it is damaged
   */
  boolean next() {
    while (segment < segments.size()) {
      int available = fill(validOffset, LENGTH_BYTES);
      if (available > 0 && available < LENGTH_BYTES) {
        throw new WalException.UnexpectedEnd("unexpected EOF");
      }
      long field =
          available == 0
              ? 0
              : (long) LITTLE_ENDIAN_LONG.get(window, (int) (validOffset - windowOffset));
      if (field != 0) {
        read(field);
        return true;
      }
      if (segment == segments.size() - 1) {
        return false;
      }
      segment++;
      fileLength = segments.get(segment).file().length();
      windowOffset = 0;
      windowLength = 0;
      validOffset = 0;
    }
    return false;
  }

  private void read(long field) {
    offset = validOffset;
    long length = field & 0x00ff_ffff_ffff_ffffL;
    int padding = field < 0 ? (int) (field >>> 56) & 7 : 0;
    long limit = fileLength - validOffset - padding;
    if (length > limit) {
      throw new WalException.UnexpectedEnd(
          "unexpected EOF: [wal] max entry size limit exceeded when reading \"%s\", recBytes: %d, fileSize(%d) - offset(%d) - padBytes(%d) = entryLimit(%d)"
              .formatted(name(), length, fileLength, validOffset, padding, limit));
    }
    long total = length + padding;
    if (total > Integer.MAX_VALUE - LENGTH_BYTES - SECTOR_BYTES) {
      throw new WalException.Malformed(
          "wal: record of " + length + " bytes in file '" + name() + "' at position: " + offset);
    }
    if (fill(validOffset, LENGTH_BYTES + (int) total) < LENGTH_BYTES + total) {
      throw new WalException.UnexpectedEnd("unexpected EOF");
    }
    int payload = (int) (validOffset - windowOffset) + LENGTH_BYTES;
    try {
      parse(payload, (int) length);
    } catch (WalException.Malformed e) {
      if (isTorn(payload, (int) total)) {
        throw new WalException.UnexpectedEnd("unexpected EOF");
      }
      throw e;
    }
    if (type != RecordType.CRC) {
      crc = crc32c.update(crc, window, dataAt, dataLength);
      if (crc != storedCrc) {
        throw isTorn(payload, (int) total)
            ? new WalException.UnexpectedEnd("unexpected EOF" + place())
            : new WalException.Malformed(
                "walpb: crc mismatch: expected: "
                    + Integer.toHexString(storedCrc)
                    + " computed: "
                    + Integer.toHexString(crc)
                    + place());
      }
    }
    validOffset += LENGTH_BYTES + total;
  }

  private String place() {
    return ": in file '" + name() + "' at position: " + offset;
  }

  private void parse(int at, int length) {
    type = 0;
    storedCrc = 0;
    dataAt = at;
    dataLength = 0;
    Protobuf.Reader reader = new Protobuf.Reader("Record", window, at, length);
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> type = reader.varint("Type");
        case 2 -> storedCrc = (int) reader.varint("Crc");
        case 3 -> {
          dataAt = reader.bytes("Data");
          dataLength = reader.position() - dataAt;
        }
        default -> reader.skip();
      }
    }
  }

  /**
   * Whether a damaged record looks as if it had not been written to its end: in the last segment,
   * with one of the disk's sectors still zero as it was preallocated.
   */
  private boolean isTorn(int payload, int total) {
    if (segment != segments.size() - 1) {
      return false;
    }
    long fileOffset = offset + LENGTH_BYTES;
    int at = 0;
    while (at < total) {
      int count = (int) Math.min(SECTOR_BYTES - (fileOffset + at) % SECTOR_BYTES, total - at);
      boolean zero = true;
      for (int i = payload + at; i < payload + at + count; i++) {
        if (window[i] != 0) {
          zero = false;
          break;
        }
      }
      if (zero) {
        return true;
      }
      at += count;
    }
    return false;
  }

  /** Brings {@code count} bytes at {@code from} into the window; returns how many there are. */
  private int fill(long from, int count) {
    if (from >= windowOffset && from + count <= windowOffset + windowLength) {
      return count;
    }
    int kept = (int) Math.max(0, windowOffset + windowLength - from);
    byte[] target = count > window.length ? new byte[count + WINDOW_BYTES] : window;
    if (kept > 0) {
      System.arraycopy(window, (int) (from - windowOffset), target, 0, kept);
    }
    window = target;
    windowOffset = from;
    windowLength = kept;
    DiskFile file = segments.get(segment).file();
    // Read ahead once where the record is there already, else until it is.
    while (windowLength < count) {
      ByteBuffer rest = ByteBuffer.wrap(window, windowLength, window.length - windowLength);
      int read = file.read(rest, windowOffset + windowLength);
      if (read <= 0) {
        break;
      }
      windowLength += read;
    }
    return Math.min(count, windowLength);
  }

  /** The number of the type; unknown ones are the caller's to refuse. */
  long type() {
    return type;
  }

  /** The checksum as it is stored. */
  int storedCrc() {
    return storedCrc;
  }

  /** The array that holds the data, until the next call of {@link #next}. */
  byte[] bytes() {
    return window;
  }

  int dataAt() {
    return dataAt;
  }

  int dataLength() {
    return dataLength;
  }

  /** Where the current record begins in its file. */
  long offset() {
    return offset;
  }

  /** Where the current segment's valid records end. */
  long validOffset() {
    return validOffset;
  }

  /** The running checksum. */
  int crc() {
    return crc;
  }

  /**
   * Takes the value of a CRC record, which must agree with the chain unless this has only begun.
   *
   * @return whether it does
   */
  boolean reseed() {
    if (crc != 0 && crc != storedCrc) {
      return false;
    }
    crc = storedCrc;
    return true;
  }

  String name() {
    return segments.get(segment).name();
  }
}
