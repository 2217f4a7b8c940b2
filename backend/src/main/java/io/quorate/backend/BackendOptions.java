package io.quorate.backend;

import java.time.Duration;

/**
 * @param batchInterval age at which a buffer with operations is sealed ({@code
 *     --backend-batch-interval})
 * @param batchLimit operations at which a buffer is sealed ({@code --backend-batch-limit})
 * @param initialMapBytes address space of the mapping made at open
 * @param unsafeNoFsync commits do not wait for the disk
 * @param memoryLock the mapping is pinned in memory
 * @param arrayFreelist free pages are found lowest first instead of by exact size
 * @param createBuckets missing buckets are created at open (a server does, a reading tool does not)
 */
public record BackendOptions(
    Duration batchInterval,
    int batchLimit,
    long initialMapBytes,
    boolean unsafeNoFsync,
    boolean memoryLock,
    boolean arrayFreelist,
    boolean createBuckets) {
  /** 100 ms, 10,000 operations, 10 GiB of address space. */
  public static final BackendOptions DEFAULT =
      new BackendOptions(Duration.ofMillis(100), 10_000, 10L << 30, false, false, false, true);
}
