package io.quorate.server;

import io.quorate.rpc.CallHandler;
import io.quorate.rpc.CallListener;
import io.quorate.rpc.Code;
import io.quorate.rpc.ServerCall;
import io.quorate.rpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Calls with one request and a stream of answers. As with grpc-go, which wants to know that no
 * second request follows, the first is handled when the client has said that it sends no more.
 */
final class WholeRequest implements CallListener {
  private final ServerCall call;
  private final CallListener listener;
  private byte @Nullable [] request;

  private WholeRequest(ServerCall call, CallListener listener) {
    this.call = call;
    this.listener = listener;
  }

  static CallHandler of(CallHandler handler) {
    return call -> new WholeRequest(call, handler.start(call));
  }

  @Override
  public void message(byte[] message) {
    if (request != null) {
      call.finish(new Status(Code.INTERNAL, "grpc: received more than one request message"));
      return;
    }
    request = message;
    call.request(1);
  }

  @Override
  public void halfClosed() {
    byte[] whole = request;
    if (whole != null) {
      listener.message(whole);
    }
    listener.halfClosed();
  }

  @Override
  public void cancelled(Status why) {
    listener.cancelled(why);
  }

  @Override
  public void writable() {
    listener.writable();
  }
}
