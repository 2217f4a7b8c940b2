package io.quorate.io.memory;

/**
 * One call that changes a disk.
 *
 * @param number counts from 1 since the disk was made
 */
public record Operation(long number, Kind kind, String path) {
  /** What was asked for. */
  public enum Kind {
    CREATE,
    EMPTY,
    WRITE,
    TRUNCATE,
    PREALLOCATE,
    DATA_SYNC,
    SYNC,
    CREATE_DIRECTORY,
    RENAME,
    DELETE,
    SYNC_DIRECTORY;

    boolean isSync() {
      return this == DATA_SYNC || this == SYNC || this == SYNC_DIRECTORY;
    }
  }

  @Override
  public String toString() {
    return "operation " + number + " " + kind + " " + path;
  }
}
