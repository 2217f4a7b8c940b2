package io.quorate.rpc;

import java.net.SocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Calls a {@link ServiceTable} in the same process: the JSON gateway, the proxy, an embedded
 * member. A handler runs in the thread that made it necessary (a send, a request, an execute), one
 * at a time per call.
 */
public final class DirectChannel implements Channel {
  private final ServiceTable services;
  private final SocketAddress caller;
  private final DeadlineTimer timer = new DeadlineTimer("rpc-direct-deadlines");
  private final Set<DirectCall> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * @param caller what handlers see as {@link ServerCall#remoteAddress()}
   */
  public DirectChannel(ServiceTable services, SocketAddress caller) {
    this.services = services;
    this.caller = caller;
  }

  @Override
  public byte[] unary(String method, byte[] request, CallOptions options) {
    UnaryWait wait = new UnaryWait();
    ClientCall call = open(method, options, wait, false);
    call.request(1);
    call.send(request);
    call.halfClose();
    return wait.await(call, options);
  }

  @Override
  public ClientCall start(String method, CallOptions options, ClientCallListener listener) {
    return open(method, options, listener, true);
  }

  private ClientCall open(
      String method, CallOptions options, ClientCallListener listener, boolean timed) {
    DirectCall call = new DirectCall(method, options, listener, caller, open::remove);
    open.add(call);
    if (closed) {
      call.fail(Status.CHANNEL_CLOSED);
      return call;
    }
    Optional<Method> found = services.method(method);
    if (found.isEmpty()) {
      call.fail(services.unknown(method));
      return call;
    }
    if (timed && options.deadlineNanos().isPresent()) {
      call.expireBy(timer, options.deadlineNanos().getAsLong());
    }
    call.begin(found.get().handler());
    return call;
  }

  @Override
  public void close() {
    closed = true;
    open.forEach(call -> call.fail(Status.CHANNEL_CLOSED));
    timer.close();
  }
}
