package io.quorate.rpc;

import java.util.concurrent.CompletableFuture;

/**
 * Where calls are made: the client's end. One form crosses a socket ({@code
 * io.quorate.rpc.socket.EndpointChannel}), one calls a {@link ServiceTable} in the same process
 * ({@link DirectChannel}); a caller cannot tell them apart. Safe for any number of threads.
 */
public interface Channel extends AutoCloseable {
  /**
   * Makes a unary call and waits for its answer in this thread.
   *
   * @param method for example {@code /etcdserverpb.KV/Put}
   * @return the one response message
   * @throws StatusException if the call ends with anything but OK and one message; an interrupted
   *     wait cancels the call, ends with {@link Code#CANCELLED} and leaves the thread interrupted
   */
  byte[] unary(String method, byte[] request, CallOptions options);

  /**
   * Starts a call of any kind. Returns at once; failures of the connection arrive at the listener
   * too.
   */
  ClientCall start(String method, CallOptions options, ClientCallListener listener);

  /** {@link #unary} without waiting; cancelling the future cancels the call. */
  default CompletableFuture<byte[]> unaryAsync(String method, byte[] request, CallOptions options) {
    return UnaryFuture.start(this, method, request, options);
  }

  /** Ends every open call with {@link Code#CANCELLED}; later calls fail the same way. */
  @Override
  void close();
}
