package io.quorate.backend;

import java.nio.channels.WritableByteChannel;

/** A consistent copy of the whole file, streamed while writes go on. Any thread, one at a time. */
@SuppressWarnings("DoNotCallSuggester")
public final class BackendSnapshot implements AutoCloseable {
  /** What {@link #writeTo} will write: high-water mark × page size. */
  public long sizeBytes() {
    throw new UnsupportedOperationException();
  }

  /** Writes the stream of spec/storage.md 2.9. */
  public void writeTo(WritableByteChannel sink) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
