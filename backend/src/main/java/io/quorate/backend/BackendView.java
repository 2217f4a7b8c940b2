package io.quorate.backend;

import io.quorate.backend.schema.BucketName;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * All records as they were at one moment: buffers and a bolt read transaction, never changing. Any
 * thread. Counted: who retains it closes it; the last close gives the pages back.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class BackendView implements AutoCloseable {
  /** Takes a further hold, or returns false where the last one is gone already. */
  public boolean retain() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }

  /** The value of {@code key} in a bucket other than {@code key}. */
  public Optional<MemorySegment> get(BucketName bucket, byte[] key) {
    throw new UnsupportedOperationException();
  }
}
