package io.quorate.wal;

/** What metrics learn of a log; called on its owner thread. */
public interface WalListener {
  /** Nobody listens. */
  WalListener NONE = new WalListener() {};

  /** A segment's fdatasync took {@code nanos}. */
  default void synced(long nanos) {}

  /** A record was encoded into the buffer, and written on where that was full, in {@code nanos}. */
  default void recorded(long nanos) {}

  /** {@code bytes} went to the operating system in one write. */
  default void wrote(long bytes) {}

  /**
   * A .snap file was written and synced: encoding took {@code marshallingNanos}, the fsync {@code
   * syncNanos}, all of it {@code nanos}.
   */
  default void savedSnapshotFile(long marshallingNanos, long syncNanos, long nanos) {}
}
