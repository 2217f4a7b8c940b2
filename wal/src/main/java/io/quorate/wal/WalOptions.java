package io.quorate.wal;

/**
 * @param segmentBytes the length to which a segment is preallocated and at which it is cut
 * @param unsafeNoFsync leaves out every fdatasync of a segment ({@code --unsafe-no-fsync}); the
 *     directory is synced all the same
 */
public record WalOptions(long segmentBytes, boolean unsafeNoFsync) {
  /** As etcd has it: 64,000,000 bytes, everything synced. */
  public static final WalOptions DEFAULT = new WalOptions(64_000_000, false);
}
