package io.quorate.rpc;

import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.OptionalLong;

/**
 * The server's end of one call. {@link #send} and {@link #finish} may be called from any thread,
 * one at a time; they queue and never block. All calls of one connection that answer in the same
 * turn of its event loop leave in one flush.
 */
public interface ServerCall {
  /** For example {@code /etcdserverpb.KV/Put}. */
  String method();

  /** What the client sent along, pseudo-headers and gRPC's own excluded. */
  Metadata metadata();

  SocketAddress remoteAddress();

  /** The client's verified certificates, leaf first; empty without TLS or if it was not asked. */
  default List<X509Certificate> clientCertificates() {
    return List.of();
  }

  /** {@link System#nanoTime()} at which {@code grpc-timeout} is over, if the client set one. */
  OptionalLong deadlineNanos();

  /** Queues one response message; ignored after the call has ended. */
  void send(Payload message);

  /** Ends the call; later sends and finishes are ignored. */
  void finish(Status status, Metadata trailers);

  default void finish(Status status) {
    finish(status, new Metadata());
  }

  /** Answers a unary call. */
  default void reply(Payload message) {
    send(message);
    finish(Status.OK);
  }

  /**
   * Whether another message may be sent without growing a queue. When it turns from false to true,
   * {@link CallListener#writable()} is called.
   */
  boolean isWritable();

  /** Whether the client has gone, cancelled, or the call was finished. */
  boolean isEnded();

  /**
   * Takes {@code count} more request messages; a handler starts with one taken. A stream that is
   * not taken from holds its client back by flow control.
   */
  void request(int count);

  /** Runs {@code task} on the event loop that owns this call. */
  void execute(Runnable task);
}
