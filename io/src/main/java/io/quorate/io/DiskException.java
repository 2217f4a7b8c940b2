package io.quorate.io;

/** A call to the {@link Disk} failed. Carries what the operating system said. */
public final class DiskException extends RuntimeException {
  /** {@code errno} of a missing file. */
  public static final int ENOENT = 2;

  /** {@code errno} of a full disk. */
  public static final int ENOSPC = 28;

  private final String operation;
  private final String path;
  private final int errno;

  /**
   * {@code operation}, {@code path} and {@code reason} are put together as Go does: {@code open
   * /x/db: permission denied}. {@code errno} is 0 where none is known.
   */
  public DiskException(String operation, String path, String reason, int errno) {
    super(operation + " " + path + ": " + reason);
    this.operation = operation;
    this.path = path;
    this.errno = errno;
  }

  public String operation() {
    return operation;
  }

  public String path() {
    return path;
  }

  public int errno() {
    return errno;
  }

  public boolean isNotFound() {
    return errno == ENOENT;
  }

  public boolean isDiskFull() {
    return errno == ENOSPC;
  }
}
