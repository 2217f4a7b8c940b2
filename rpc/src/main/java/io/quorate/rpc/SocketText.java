package io.quorate.rpc;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Addresses of sockets as Go writes them: IPv6 between brackets and in its short form. */
public final class SocketText {
  private static final int GROUPS = 8;

  private SocketText() {}

  /** Host and port. */
  public static String of(InetSocketAddress address) {
    if (address.isUnresolved()) {
      return address.getHostString() + ":" + address.getPort();
    }
    String host = host(address.getAddress());
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
  }

  private static String host(InetAddress address) {
    String text = address.getHostAddress();
    if (!(address instanceof Inet6Address)) {
      return text;
    }
    int zone = text.indexOf('%');
    return shortest(address.getAddress()) + (zone < 0 ? "" : text.substring(zone));
  }

  /** The first of the longest runs of zeros, of two groups at least, is left out (RFC 5952). */
  private static String shortest(byte[] bytes) {
    int start = GROUPS;
    int length = 1;
    for (int from = 0; from < GROUPS; from++) {
      int to = from;
      while (to < GROUPS && group(bytes, to) == 0) {
        to++;
      }
      if (to - from > length) {
        start = from;
        length = to - from;
      }
    }
    var text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == start) {
        text.append("::");
        i += length - 1;
      } else {
        boolean first = text.isEmpty() || text.charAt(text.length() - 1) == ':';
        text.append(first ? "" : ":").append(Integer.toHexString(group(bytes, i)));
      }
    }
    return text.toString();
  }

  private static int group(byte[] bytes, int i) {
    return (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
  }
}
