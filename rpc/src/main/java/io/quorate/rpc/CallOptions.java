package io.quorate.rpc;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * How one call is made.
 *
 * @param metadata custom headers to send; not changed once given
 * @param deadlineNanos the {@link System#nanoTime()} at which the call ends with DEADLINE_EXCEEDED;
 *     the server is told
 * @param waitForReady whether a call without a connection waits for one (bounded by its deadline
 *     alone) instead of failing with UNAVAILABLE
 * @param gzip whether request messages are compressed
 * @param maxSendBytes longest request message; a longer one ends the call with RESOURCE_EXHAUSTED
 * @param maxReceiveBytes longest response message, after decompression
 */
public record CallOptions(
    Metadata metadata,
    OptionalLong deadlineNanos,
    boolean waitForReady,
    boolean gzip,
    int maxSendBytes,
    int maxReceiveBytes) {
  /** No metadata, no deadline, fails without a connection, no limits. */
  public static final CallOptions DEFAULT =
      new CallOptions(
          new Metadata(), OptionalLong.empty(), false, false, Integer.MAX_VALUE, Integer.MAX_VALUE);

  public CallOptions withMetadata(Metadata other) {
    return new CallOptions(other, deadlineNanos, waitForReady, gzip, maxSendBytes, maxReceiveBytes);
  }

  public CallOptions withDeadlineNanos(long nanoTime) {
    return new CallOptions(
        metadata, OptionalLong.of(nanoTime), waitForReady, gzip, maxSendBytes, maxReceiveBytes);
  }

  public CallOptions withDeadlineAfter(Duration timeout) {
    return withDeadlineNanos(System.nanoTime() + timeout.toNanos());
  }

  /**
   * @throws StatusException of DEADLINE_EXCEEDED if the deadline has passed already: such a call
   *     does not even look for a connection
   */
  public void requireTimeLeft() {
    if (deadlineNanos.isPresent() && deadlineNanos.getAsLong() - System.nanoTime() <= 0) {
      throw new StatusException(Status.DEADLINE_EXCEEDED);
    }
  }

  public CallOptions withWaitForReady(boolean wait) {
    return new CallOptions(metadata, deadlineNanos, wait, gzip, maxSendBytes, maxReceiveBytes);
  }

  public CallOptions withGzip(boolean compress) {
    return new CallOptions(
        metadata, deadlineNanos, waitForReady, compress, maxSendBytes, maxReceiveBytes);
  }

  public CallOptions withLimits(int sendBytes, int receiveBytes) {
    return new CallOptions(metadata, deadlineNanos, waitForReady, gzip, sendBytes, receiveBytes);
  }
}
