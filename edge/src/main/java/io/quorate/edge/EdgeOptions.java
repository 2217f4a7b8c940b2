package io.quorate.edge;

/**
 * What all listeners of one {@link EdgeServer} share.
 *
 * @param eventLoops number of event loop threads, at least 1
 * @param threadPrefix their names, completed by a number
 * @param nativeTransport whether epoll is used where the machine has it
 * @param quietNetty whether Netty's own log and leak detector are switched off for this whole JVM:
 *     for a program that is nothing but a server
 */
public record EdgeOptions(
    int eventLoops, String threadPrefix, boolean nativeTransport, boolean quietNetty) {
  public static final EdgeOptions DEFAULT =
      new EdgeOptions(Runtime.getRuntime().availableProcessors(), "etcd-edge-", true, true);
}
