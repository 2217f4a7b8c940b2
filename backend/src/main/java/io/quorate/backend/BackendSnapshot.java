package io.quorate.backend;

import io.quorate.backend.schema.BucketName;
import io.quorate.backend.schema.MetaKey;
import io.quorate.bolt.Bucket;
import io.quorate.bolt.Cursor;
import io.quorate.bolt.SnapshotStream;
import io.quorate.io.Clock;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A consistent copy of the whole file, streamed while writes go on. It is held by one user, on any
 * thread, until closed.
 */
public final class BackendSnapshot implements AutoCloseable {
  private final FileSnapshot file;
  private final Clock clock;
  private final BackendListener listener;
  private final long openedNanos;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean streamed;

  BackendSnapshot(FileSnapshot file, Clock clock, BackendListener listener) {
    this.file = file;
    this.clock = clock;
    this.listener = listener;
    this.openedNanos = clock.nanos();
  }

  /** How long {@link #stream} is: high-water mark × page size. */
  public long sizeBytes() {
    return file.transaction.sizeBytes();
  }

  /** Visits all of {@code bucket} in key order, as the copy has it; not for bucket {@code key}. */
  public void forEach(BucketName bucket, RecordVisitor visitor) {
    Bucket records = file.bucket(bucket);
    if (records == null) {
      return;
    }
    Cursor cursor = records.cursor();
    for (boolean there = cursor.first(); there; there = cursor.next()) {
      visitor.record(cursor.key(), cursor.value());
    }
  }

  /** One of our own records, as the copy has it. */
  public Optional<byte[]> get(MetaKey key) {
    Bucket records = file.bucket(key.bucket());
    return records == null
        ? Optional.empty()
        : records.get(key.bytes()).map(value -> value.toArray(ValueLayout.JAVA_BYTE));
  }

  /** The entry whose effects are the last in this copy. */
  public long appliedIndex() {
    return number(MetaKey.CONSISTENT_INDEX);
  }

  /** Its term; 0 if a version before 3.5 wrote the file. */
  public long appliedTerm() {
    return number(MetaKey.TERM);
  }

  private long number(MetaKey key) {
    return get(key).map(value -> ByteBuffer.wrap(value).getLong()).orElse(0L);
  }

  /**
   * The bytes of spec/storage.md 2.9, to be pulled; a new stream each time. It reads through a
   * descriptor of the file, blocking as a disk does, and must not be used after {@link #close}.
   */
  public SnapshotStream stream() {
    streamed = true;
    return file.transaction.snapshot();
  }

  /** Begins a checksum over every bucket, without what members may differ in. */
  public FileHash hash() {
    return new FileHash(file, false, clock, listener);
  }

  /** Begins a checksum over every bucket, nothing left out: that of {@code snapshot status}. */
  public FileHash hashOfEverything() {
    return new FileHash(file, true, clock, listener);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      file.release();
      if (streamed) {
        listener.snapshotClosed(clock.nanos() - openedNanos);
      }
    }
  }
}
