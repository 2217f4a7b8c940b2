package io.quorate.io.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A datagram socket connected to a unix socket, which the JDK does not have: how systemd and its
 * journal are spoken to. Any thread.
 */
public final class UnixDatagrams implements AutoCloseable {
  private static final int MAX_PATH_BYTES = 107;

  private final int descriptor;

  /**
   * Connects.
   *
   * @param path of the socket; one with a leading {@code @} is in the abstract namespace
   * @throws IOException as Go words it: {@code dial unixgram /x: connect: no such file or
   *     directory}
   */
  public UnixDatagrams(String path) throws IOException {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    if (path.startsWith("@")) {
      bytes[0] = 0;
    }
    int connected = bytes.length > MAX_PATH_BYTES ? -Posix.EINVAL : Posix.connectDatagrams(bytes);
    if (connected < 0) {
      throw new IOException("dial unixgram " + path + ": connect: " + Errors.text(-connected));
    }
    descriptor = connected;
  }

  /** Sends one datagram. */
  public void send(byte[] datagram) throws IOException {
    long sent = Posix.send(descriptor, datagram);
    if (sent < 0) {
      throw new IOException("write unixgram: " + Errors.text((int) -sent));
    }
  }

  @Override
  public void close() {
    int _ = Posix.close(descriptor);
  }
}
