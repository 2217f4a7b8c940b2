package io.quorate.backend;

import io.quorate.bolt.SnapshotStream;
import io.quorate.io.Clock;
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

  /**
   * The bytes of spec/storage.md 2.9, to be pulled; a new stream each time. It reads through a
   * descriptor of the file, blocking as a disk does, and must not be used after {@link #close}.
   */
  public SnapshotStream stream() {
    return file.transaction.snapshot();
  }

  /** Begins a checksum over every bucket, without what members may differ in. */
  public FileHash hash() {
    return new FileHash(file, false);
  }

  /** Begins a checksum over every bucket, nothing left out: that of {@code snapshot status}. */
  public FileHash hashOfEverything() {
    return new FileHash(file, true);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      file.release();
      listener.snapshotClosed(clock.nanos() - openedNanos);
    }
  }
}
