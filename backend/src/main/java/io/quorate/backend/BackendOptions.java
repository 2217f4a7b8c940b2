package io.quorate.backend;

import io.quorate.bolt.BoltOptions;
import java.time.Duration;

/**
 * @param batchInterval age at which a buffer with operations is sealed ({@code
 *     --backend-batch-interval})
 * @param batchLimit operations at which a buffer is sealed ({@code --backend-batch-limit}); less
 *     than 1 is 1
 * @param batchLimitBytes keys and values at which it is sealed, too: buffers are on the heap, and
 *     up to three of them at a time
 * @param initialMapBytes address space of the mapping made at open
 * @param unsafeNoFsync commits do not wait for the disk
 * @param memoryLock the mapping is pinned in memory
 * @param createBuckets missing buckets are created at open (a server does, a reading tool does not)
 * @param lockWait asked each time another process was found to hold the file
 */
public record BackendOptions(
    Duration batchInterval,
    int batchLimit,
    long batchLimitBytes,
    long initialMapBytes,
    boolean unsafeNoFsync,
    boolean memoryLock,
    boolean createBuckets,
    BoltOptions.LockWait lockWait) {
  public BackendOptions {
    // A buffer without operations is never full: nothing would be applied any more.
    batchLimit = Math.max(1, batchLimit);
  }

  /**
   * 100 ms, 10,000 operations, 64 MiB; 10 GiB of address space; a lock that is taken is an error.
   */
  public static final BackendOptions DEFAULT =
      new BackendOptions(
          Duration.ofMillis(100),
          10_000,
          64L << 20,
          10L << 30,
          false,
          false,
          true,
          BoltOptions.LockWait.NEVER);

  public BackendOptions withBatchLimit(int limit) {
    return new BackendOptions(
        batchInterval,
        limit,
        batchLimitBytes,
        initialMapBytes,
        unsafeNoFsync,
        memoryLock,
        createBuckets,
        lockWait);
  }

  public BackendOptions withBatchLimitBytes(long bytes) {
    return new BackendOptions(
        batchInterval,
        batchLimit,
        bytes,
        initialMapBytes,
        unsafeNoFsync,
        memoryLock,
        createBuckets,
        lockWait);
  }

  public BackendOptions withInitialMapBytes(long bytes) {
    return new BackendOptions(
        batchInterval,
        batchLimit,
        batchLimitBytes,
        bytes,
        unsafeNoFsync,
        memoryLock,
        createBuckets,
        lockWait);
  }

  /** etcd on Linux keeps no free list in the file. */
  BoltOptions bolt() {
    return BoltOptions.DEFAULT
        .withFreelistSync(false)
        .withInitialMapBytes(initialMapBytes)
        .withSync(!unsafeNoFsync)
        .withGrowSync(!unsafeNoFsync)
        .withLockInMemory(memoryLock)
        .withLockWait(lockWait);
  }

  /** For the new file of a defragmentation, which stays as short as what it holds. */
  BoltOptions defragmentCopy() {
    return BoltOptions.DEFAULT.withFreelistSync(false);
  }
}
