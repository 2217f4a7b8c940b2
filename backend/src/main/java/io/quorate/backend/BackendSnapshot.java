package io.quorate.backend;

import io.quorate.io.Clock;
import java.nio.channels.WritableByteChannel;
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

  /** What {@link #writeTo} will write: high-water mark × page size. */
  public long sizeBytes() {
    return file.transaction.sizeBytes();
  }

  /** Writes the stream of spec/storage.md 2.9. Blocks as {@code sink} does. */
  @SuppressWarnings("DoNotCallSuggester")
  public void writeTo(WritableByteChannel sink) {
    throw new UnsupportedOperationException("until bolt copies: " + sink);
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
