package io.quorate.wal;

/** What metrics learn of a log; called on its owner thread. */
public interface WalListener {
  /** Nobody listens. */
  WalListener NONE = new WalListener() {};

  /** A segment's fdatasync took {@code nanos}. */
  default void synced(long nanos) {}

  /** {@code bytes} went to the operating system in one write. */
  default void wrote(long bytes) {}

  /**
   * A .snap file was written and synced: the fsync took {@code syncNanos}, all of it {@code nanos}.
   */
  default void savedSnapshotFile(long syncNanos, long nanos) {}
}
