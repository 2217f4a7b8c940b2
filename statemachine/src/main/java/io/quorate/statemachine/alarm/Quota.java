package io.quorate.statemachine.alarm;

import io.quorate.statemachine.request.LeaseGrant;
import io.quorate.statemachine.request.Op;
import io.quorate.statemachine.request.Put;
import io.quorate.statemachine.request.Txn;
import java.util.List;

/**
 * The room a member's database file may take, and what requests are counted for (spec/storage.md
 * 2.7).
 *
 * @param bytes negative: no limit; never 0
 */
public record Quota(long bytes) {
  public static final long DEFAULT_BYTES = 2L << 30;
  public static final long LARGEST_ADVISED_BYTES = 8L << 30;

  private static final long PUT_OVERHEAD_BYTES = 256;
  private static final long LEASE_BYTES = 64;

  /**
   * @param configuredBytes {@code --quota-backend-bytes}: 0 stands for the default
   */
  public static Quota of(long configuredBytes) {
    return new Quota(configuredBytes == 0 ? DEFAULT_BYTES : configuredBytes);
  }

  /** Whether a request of this cost fits into a file of this size. One that costs nothing does. */
  public boolean fits(long fileBytes, long costBytes) {
    return bytes < 0 || costBytes == 0 || fileBytes + costBytes < bytes;
  }

  public static long cost(Put put) {
    return PUT_OVERHEAD_BYTES + put.key().length + put.value().length;
  }

  /** The dearer of its branches. */
  public static long cost(Txn txn) {
    return Math.max(cost(txn.success()), cost(txn.failure()));
  }

  public static long cost(LeaseGrant grant) {
    return LEASE_BYTES;
  }

  private static long cost(List<Op> ops) {
    long sum = 0;
    for (Op op : ops) {
      if (op instanceof Put put) {
        sum += cost(put);
      } else if (op instanceof Txn txn) {
        sum += cost(txn);
      }
    }
    return sum;
  }
}
