package io.quorate.edge;

import java.util.Optional;

/**
 * What all listeners of one {@link EdgeServer} share.
 *
 * @param eventLoops number of event loop threads, at least 1
 * @param threadPrefix their names, completed by a number
 * @param nativeTransport whether epoll is used where the machine has it
 * @param quietNetty whether Netty's own log and leak detector are switched off for this whole JVM:
 *     for a program that is nothing but a server
 * @param headers hears of every HTTP/2 header field; for debugging
 */
public record EdgeOptions(
    int eventLoops,
    String threadPrefix,
    boolean nativeTransport,
    boolean quietNetty,
    Optional<HeaderTrace> headers) {
  public static final EdgeOptions DEFAULT =
      new EdgeOptions(Runtime.getRuntime().availableProcessors(), "etcd-edge-", true, true);

  public EdgeOptions(
      int eventLoops, String threadPrefix, boolean nativeTransport, boolean quietNetty) {
    this(eventLoops, threadPrefix, nativeTransport, quietNetty, Optional.empty());
  }

  public EdgeOptions withHeaders(HeaderTrace trace) {
    return new EdgeOptions(
        eventLoops, threadPrefix, nativeTransport, quietNetty, Optional.of(trace));
  }
}
