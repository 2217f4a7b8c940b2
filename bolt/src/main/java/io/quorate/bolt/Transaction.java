package io.quorate.bolt;

import java.util.Optional;

/**
 * A consistent view of the whole file. Everything obtained from it (buckets, cursors, keys, values)
 * may be used until it is closed, and not after.
 */
public sealed interface Transaction extends AutoCloseable
    permits ReadTransaction, WriteTransaction {
  /** bbolt's id: of the state that is read, or of the one that a commit would make. */
  long id();

  /** High-water mark × page size. Not the length of the file. */
  long sizeBytes();

  /** The top-level bucket {@code name}. */
  Optional<? extends Bucket> bucket(byte[] name);

  /** A cursor over the top level: its keys are the names of the buckets there. */
  Cursor cursor();

  /** Ends the view; a write transaction that was not committed is rolled back. */
  @Override
  void close();
}
