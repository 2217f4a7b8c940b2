package io.quorate.edge;

import io.quorate.rpc.SocketText;
import java.net.InetSocketAddress;

/** Where a listener is bound, worded as Go words it. */
public sealed interface ListenAddress {
  /** Go's name of the network: {@code tcp} or {@code unix}. */
  String network();

  /** The address as it stands in Go's error texts. */
  String text();

  /** A TCP socket; port 0 takes any free one. */
  record Tcp(InetSocketAddress address) implements ListenAddress {
    @Override
    public String network() {
      return "tcp";
    }

    @Override
    public String text() {
      return SocketText.of(address);
    }
  }

  /** A unix domain socket; an existing file of that name is removed, and again on close. */
  record Unix(String path) implements ListenAddress {
    @Override
    public String network() {
      return "unix";
    }

    @Override
    public String text() {
      return path;
    }
  }

  static ListenAddress tcp(String host, int port) {
    return new Tcp(new InetSocketAddress(host, port));
  }
}
