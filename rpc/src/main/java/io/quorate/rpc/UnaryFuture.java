package io.quorate.rpc;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A unary call whose answer is awaited by nobody in particular. */
final class UnaryFuture extends CompletableFuture<byte[]> implements ClientCallListener {
  private byte @Nullable [] response;
  private boolean second;
  private volatile @Nullable ClientCall call;

  private UnaryFuture() {}

  static UnaryFuture start(Channel channel, String method, byte[] request, CallOptions options) {
    UnaryFuture future = new UnaryFuture();
    ClientCall call = channel.start(method, options, future);
    future.call = call;
    call.request(1); // the second message that must not come, and the end behind it
    call.send(request);
    call.halfClose();
    return future;
  }

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
    Status end = UnaryOutcome.of(status, response != null, second);
    byte[] message = response;
    if (end.isOk() && message != null) {
      complete(message);
    } else {
      completeExceptionally(new StatusException(end));
    }
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    ClientCall started = call;
    if (cancelled && started != null) {
      started.cancel();
    }
    return cancelled;
  }
}
