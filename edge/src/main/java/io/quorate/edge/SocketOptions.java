package io.quorate.edge;

/**
 * How a listening socket is opened. As in Go, {@code SO_REUSEADDR} is on in any case.
 *
 * @param reusePort {@code SO_REUSEPORT}: several processes may listen on the same address
 */
public record SocketOptions(boolean reusePort) {
  public static final SocketOptions DEFAULT = new SocketOptions(false);
}
