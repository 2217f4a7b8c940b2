package io.quorate.mvcc;

/** A hash by revision in slices. Any one thread at a time; to be closed. */
@SuppressWarnings("DoNotCallSuggester")
public final class HashWalk implements AutoCloseable {
  /** Looks at no more than {@code maxRecords} keys or records; true when done. */
  public boolean step(int maxRecords) {
    throw new UnsupportedOperationException();
  }

  /** Known when {@link #step} has returned true. */
  public StoredHash result() {
    throw new UnsupportedOperationException();
  }

  /** The store's revision when it began, for the response header. */
  public long currentRevision() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
