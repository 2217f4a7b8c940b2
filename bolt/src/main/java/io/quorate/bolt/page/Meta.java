package io.quorate.bolt.page;

import static io.quorate.bolt.page.Layout.U32;
import static io.quorate.bolt.page.Layout.U64;

import io.quorate.bolt.BoltException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The 64 bytes that make pages a database (storage.md 1.2). Page 0 and page 1 hold one each; the
 * writer of transaction T overwrites page T mod 2.
 *
 * @param root the root page of the root bucket
 * @param sequence of the root bucket; 0 in practice
 * @param freelist the page of the free list, or {@link Layout#NO_FREELIST}
 * @param highWaterMark the first page id that was never allocated
 */
public record Meta(
    int pageSize, long root, long sequence, long freelist, long highWaterMark, long transaction) {
  public static final int BYTES = 64;

  private static final int MAGIC = 0xED0CDAED;
  private static final int VERSION = 2;
  private static final int CHECKSUM_AT = 56;

  /**
   * Reads and validates the meta whose body stands at {@code at} (16 bytes into its page).
   *
   * @throws BoltException.InvalidDatabase if the magic number is wrong
   * @throws BoltException.VersionMismatch else if the version is
   * @throws BoltException.ChecksumError else if the checksum is
   */
  public static Meta read(MemorySegment from, long at) {
    if (from.get(U32, at) != MAGIC) {
      throw new BoltException.InvalidDatabase();
    }
    if (from.get(U32, at + 4) != VERSION) {
      throw new BoltException.VersionMismatch();
    }
    if (from.get(U64, at + CHECKSUM_AT) != checksum(from, at)) {
      throw new BoltException.ChecksumError();
    }
    return new Meta(
        from.get(U32, at + 8),
        from.get(U64, at + 16),
        from.get(U64, at + 24),
        from.get(U64, at + 32),
        from.get(U64, at + 40),
        from.get(U64, at + 48));
  }

  /** Writes header and body of this meta as page {@code id} at {@code at}. */
  public void write(MemorySegment to, long at, long id) {
    Layout.writeHeader(to, at, id, Layout.META, 0, 0);
    long body = at + Layout.HEADER_BYTES;
    to.set(U32, body, MAGIC);
    to.set(U32, body + 4, VERSION);
    to.set(U32, body + 8, pageSize);
    to.set(U32, body + 12, 0);
    to.set(U64, body + 16, root);
    to.set(U64, body + 24, sequence);
    to.set(U64, body + 32, freelist);
    to.set(U64, body + 40, highWaterMark);
    to.set(U64, body + 48, transaction);
    to.set(U64, body + CHECKSUM_AT, checksum(to, body));
  }

  public boolean hasFreelist() {
    return freelist != Layout.NO_FREELIST;
  }

  public Meta withTransaction(long id) {
    return new Meta(pageSize, root, sequence, freelist, highWaterMark, id);
  }

  /** FNV-1a, 64 bits, over the 56 bytes before the checksum. */
  private static long checksum(MemorySegment from, long at) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < CHECKSUM_AT; i++) {
      hash ^= from.get(ValueLayout.JAVA_BYTE, at + i) & 0xff;
      hash *= 0x100000001b3L;
    }
    return hash;
  }
}
