package io.quorate.bolt;

/**
 * How a file is opened.
 *
 * @param readOnly the file must exist; nothing is written, other readers may hold it too
 * @param pageSizeBytes of a file that is created; an existing file knows its own
 * @param initialMapBytes address space to map at once, also beyond the file; the mapping grows when
 *     the file outgrows it
 * @param freelistSync whether the free list is stored with every commit, or found by a scan at open
 * @param growSync whether the file is extended ahead of writes, in steps of 16 MiB
 * @param sync false: commits are not made durable (for copies that are synced as a whole, and for
 *     {@code --unsafe-no-fsync})
 * @param lockInMemory whether the file is pinned in memory ({@code --memory-mlock})
 * @param lockWait asked each time the lock of the file was found taken
 */
public record BoltOptions(
    boolean readOnly,
    int pageSizeBytes,
    long initialMapBytes,
    boolean freelistSync,
    boolean growSync,
    boolean sync,
    boolean lockInMemory,
    LockWait lockWait) {
  /** bbolt's own defaults, on a machine with pages of 4 KiB; a lock that is taken is an error. */
  public static final BoltOptions DEFAULT =
      new BoltOptions(false, 4096, 0, true, true, true, false, LockWait.NEVER);

  public BoltOptions {
    if (Integer.bitCount(pageSizeBytes) != 1
        || pageSizeBytes < BoltFile.SMALLEST_PAGE_BYTES
        || pageSizeBytes > BoltFile.LARGEST_PAGE_BYTES) {
      throw new IllegalArgumentException("page size " + pageSizeBytes);
    }
  }

  /** What to do while another process holds the file. bbolt tries again every 50 ms. */
  @FunctionalInterface
  public interface LockWait {
    LockWait NEVER = _ -> false;

    /**
     * Called after the {@code attempts}-th attempt failed (1 for the first). May sleep.
     *
     * @return whether to try again; otherwise opening fails with {@link BoltException.Locked}
     */
    boolean again(int attempts);
  }

  public BoltOptions withReadOnly(boolean value) {
    return new BoltOptions(
        value,
        pageSizeBytes,
        initialMapBytes,
        freelistSync,
        growSync,
        sync,
        lockInMemory,
        lockWait);
  }

  public BoltOptions withPageSizeBytes(int value) {
    return new BoltOptions(
        readOnly, value, initialMapBytes, freelistSync, growSync, sync, lockInMemory, lockWait);
  }

  public BoltOptions withInitialMapBytes(long value) {
    return new BoltOptions(
        readOnly, pageSizeBytes, value, freelistSync, growSync, sync, lockInMemory, lockWait);
  }

  public BoltOptions withFreelistSync(boolean value) {
    return new BoltOptions(
        readOnly, pageSizeBytes, initialMapBytes, value, growSync, sync, lockInMemory, lockWait);
  }

  public BoltOptions withGrowSync(boolean value) {
    return new BoltOptions(
        readOnly,
        pageSizeBytes,
        initialMapBytes,
        freelistSync,
        value,
        sync,
        lockInMemory,
        lockWait);
  }

  public BoltOptions withSync(boolean value) {
    return new BoltOptions(
        readOnly,
        pageSizeBytes,
        initialMapBytes,
        freelistSync,
        growSync,
        value,
        lockInMemory,
        lockWait);
  }

  public BoltOptions withLockInMemory(boolean value) {
    return new BoltOptions(
        readOnly, pageSizeBytes, initialMapBytes, freelistSync, growSync, sync, value, lockWait);
  }

  public BoltOptions withLockWait(LockWait value) {
    return new BoltOptions(
        readOnly,
        pageSizeBytes,
        initialMapBytes,
        freelistSync,
        growSync,
        sync,
        lockInMemory,
        value);
  }
}
