package io.quorate.backend;

import io.quorate.backend.schema.BucketName;
import io.quorate.backend.schema.MetaKey;
import io.quorate.bolt.BoltException;
import io.quorate.bolt.Cursor;
import io.quorate.io.Clock;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * CRC-32C over every bucket: its name, then its keys and values (spec/storage.md 3.8 and 8.2). In
 * slices; the snapshot must stay open.
 */
public final class FileHash {
  private static final List<MetaKey> OWN =
      List.of(MetaKey.CONSISTENT_INDEX, MetaKey.TERM, MetaKey.STORAGE_VERSION);

  private final CRC32C crc = new CRC32C();
  private final BucketWalk buckets;
  private final boolean everything;
  private final Clock clock;
  private final BackendListener listener;
  private long spentNanos;
  private boolean inMeta;
  private @Nullable Cursor cursor;
  private boolean there;

  FileHash(FileSnapshot file, boolean everything, Clock clock, BackendListener listener) {
    this.buckets = new BucketWalk(file);
    this.everything = everything;
    this.clock = clock;
    this.listener = listener;
  }

  /**
   * Looks at no more than {@code maxRecords}.
   *
   * @return whether the hash is known
   */
  public boolean step(int maxRecords) {
    long start = clock.nanos();
    boolean done;
    try {
      done = work(maxRecords);
    } catch (BoltException.Corrupt e) {
      throw new DamagedDatabaseError(e);
    }
    spentNanos += clock.nanos() - start;
    if (done) {
      listener.hashed(spentNanos);
    }
    return done;
  }

  private boolean work(int maxRecords) {
    int budget = maxRecords;
    while (budget > 0) {
      Cursor at = cursor;
      if (at == null || !there) {
        if (!nextBucket()) {
          return true;
        }
        continue;
      }
      MemorySegment key = at.key();
      if (!isOwn(key)) {
        crc.update(key.asByteBuffer());
        crc.update(at.value().asByteBuffer());
      }
      there = at.next();
      budget--;
    }
    return false;
  }

  private boolean nextBucket() {
    if (!buckets.next()) {
      return false;
    }
    crc.update(buckets.name());
    inMeta = Arrays.equals(buckets.name(), BucketName.META.bytes());
    Cursor first = buckets.bucket().cursor();
    cursor = first;
    there = first.first();
    return true;
  }

  private boolean isOwn(MemorySegment key) {
    if (everything || !inMeta) {
      return false;
    }
    for (MetaKey own : OWN) {
      if (key.mismatch(MemorySegment.ofArray(own.bytes())) < 0) {
        return true;
      }
    }
    return false;
  }

  /** Unsigned 32 bits; known when {@link #step} has returned true. */
  public int value() {
    return (int) crc.getValue();
  }
}
