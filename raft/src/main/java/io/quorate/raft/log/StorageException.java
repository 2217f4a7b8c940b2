package io.quorate.raft.log;

/** What a {@link Storage} cannot give or take; the texts are etcd's. */
public abstract sealed class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private StorageException(String message) {
    super(message);
  }

  /** The log does not reach back that far any more. */
  public static final class Compacted extends StorageException {
    private static final long serialVersionUID = 1L;

    public Compacted() {
      super("requested index is unavailable due to compaction");
    }
  }

  /** The log does not reach that far yet. */
  public static final class Unavailable extends StorageException {
    private static final long serialVersionUID = 1L;

    public Unavailable() {
      super("requested entry at index is unavailable");
    }
  }

  /** There is a snapshot already, at this index or behind it. */
  public static final class SnapshotOutOfDate extends StorageException {
    private static final long serialVersionUID = 1L;

    public SnapshotOutOfDate() {
      super("requested index is older than the existing snapshot");
    }
  }

  /** A snapshot is being made; ask again. */
  public static final class SnapshotTemporarilyUnavailable extends StorageException {
    private static final long serialVersionUID = 1L;

    public SnapshotTemporarilyUnavailable() {
      super("snapshot is temporarily unavailable");
    }
  }
}
