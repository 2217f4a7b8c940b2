package io.quorate.rpc;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Hears a unary call on behalf of the one thread that waits for it. */
public final class UnaryWait implements ClientCallListener {
  private final Thread waiter = Thread.currentThread();
  private byte @Nullable [] response;
  private boolean second;
  private volatile @Nullable Status end;

  @Override
  public void message(byte[] message) {
    if (response == null) {
      response = message;
    } else {
      second = true;
    }
  }

  @Override
  public void closed(Status status, Metadata trailers) {
    end = UnaryOutcome.of(status, response != null, second);
    if (Thread.currentThread() != waiter) {
      LockSupport.unpark(waiter);
    }
  }

  public boolean isDone() {
    return end != null;
  }

  /** Waits in the thread that made this. A passed deadline or an interrupt cancels the call. */
  public byte[] await(ClientCall call, CallOptions options) {
    Status early = null;
    while (end == null) {
      if (options.deadlineNanos().isPresent()) {
        long left = options.deadlineNanos().getAsLong() - System.nanoTime();
        if (left <= 0) {
          early = Status.DEADLINE_EXCEEDED;
          break;
        }
        LockSupport.parkNanos(this, left);
      } else {
        LockSupport.park(this);
      }
      if (end == null && Thread.currentThread().isInterrupted()) {
        early = Status.CANCELLED;
        break;
      }
    }
    if (early != null) {
      call.cancel();
      throw new StatusException(early);
    }
    return result();
  }

  /** How a call that is done has ended. */
  public Status status() {
    Status status = end;
    if (status == null) {
      throw new IllegalStateException("the call has not ended");
    }
    return status;
  }

  /** The outcome of a call that is done. */
  public byte[] result() {
    Status status = status();
    byte[] message = response;
    if (!status.isOk() || message == null) {
      throw new StatusException(status);
    }
    return message;
  }
}
