package io.quorate.mvcc;

import io.quorate.backend.schema.RevisionKey;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** The arithmetic of HashKV: which records count, and in what form (spec/storage.md 3.7). */
final class RecordHash {
  private static final byte[] BUCKET = "key".getBytes(StandardCharsets.US_ASCII);

  private final CRC32C crc = new CRC32C();
  private final long compactRevision;
  private final long revision;
  private final RevisionSet keep;
  private final byte[] key = new byte[RevisionKey.BYTES + 1];

  /** {@code keep} is read as records come; it may still be filled until the first does. */
  RecordHash(long compactRevision, long revision, RevisionSet keep) {
    this.compactRevision = compactRevision;
    this.revision = revision;
    this.keep = keep;
    crc.update(BUCKET);
  }

  void record(long main, long sub, boolean tombstone, MemorySegment value) {
    if (main > revision) {
      return;
    }
    // Below the last compaction only what it kept is surely there on every member.
    if (main <= compactRevision && !keep.isEmpty() && !keep.contains(main, sub)) {
      return;
    }
    // The tombstone at the compacted revision goes with the next compaction, sooner or later.
    if (main == compactRevision && tombstone) {
      return;
    }
    int length = RevisionKey.encode(main, sub, tombstone, key);
    crc.update(key, 0, length);
    crc.update(value.asByteBuffer());
  }

  int value() {
    return (int) crc.getValue();
  }
}
