package io.quorate.wal;

/** The log or a snapshot file cannot be used as asked. The texts are etcd's. */
public abstract sealed class WalException extends RuntimeException {
  WalException(String message) {
    super(message);
  }

  /** A log is there already. */
  public static final class AlreadyExists extends WalException {
    AlreadyExists() {
      super("file already exists");
    }
  }

  /** No segments, or none that matches, or not in sequence. */
  public static final class NotFound extends WalException {
    NotFound(String message) {
      super(message);
    }
  }

  /** Another process holds a segment. */
  public static final class Locked extends WalException {
    Locked(String message) {
      super(message);
    }
  }

  /**
   * The last record of the last segment is incomplete: {@link WalDirectory#repair()} cuts it off.
   */
  public static final class UnexpectedEnd extends WalException {
    UnexpectedEnd(String message) {
      super(message);
    }
  }

  /** What was read is not what was written. */
  public static final class Malformed extends WalException {
    Malformed(String message) {
      super(message);
    }
  }

  /** Records that contradict each other or the caller. */
  public static final class Inconsistent extends WalException {
    Inconsistent(String message) {
      super(message);
    }
  }

  /** A snapshot that is not there, or not whole. */
  public static final class NoSnapshot extends WalException {
    NoSnapshot(String message) {
      super(message);
    }
  }

  /** A log that a member cannot start with. */
  public static final class CannotStart extends WalException {
    private final String stage;

    CannotStart(String stage, WalException cause) {
      super(String.valueOf(cause.getMessage()));
      initCause(cause);
      this.stage = stage;
    }

    /** What the original says when it gives up, for example {@code failed to open WAL}. */
    public String stage() {
      return stage;
    }
  }
}
