package io.quorate.rpc.socket;

import java.nio.file.Path;
import java.util.Optional;

/**
 * One server's address.
 *
 * @param host name or address, for TCP
 * @param port 1..65535, for TCP
 * @param unixPath the socket file instead of host and port
 * @param authority what is sent as {@code :authority}
 * @param serverName what the server's certificate is checked for, and SNI
 * @param fault why it cannot be dialled at all, in Go's words; empty if it can
 */
public record Endpoint(
    String host,
    int port,
    Optional<Path> unixPath,
    String authority,
    String serverName,
    String fault) {
  public static Endpoint tcp(String host, int port) {
    String bracketed = host.indexOf(':') >= 0 ? "[".concat(host).concat("]") : host;
    return new Endpoint(
        host,
        port,
        Optional.empty(),
        bracketed.concat(":").concat(Integer.toString(port)),
        host,
        "");
  }

  public static Endpoint unix(Path path) {
    Path file = path.getFileName();
    String name = file == null ? "localhost" : file.toString();
    return new Endpoint("", 0, Optional.of(path), name, name, "");
  }

  /** No address: every attempt to connect fails with {@code fault}, and may be waited out. */
  public static Endpoint undialable(String text, String fault) {
    return new Endpoint(text, 0, Optional.empty(), text, text, fault);
  }

  /** The same address, but another name expected of its certificate. */
  public Endpoint withServerName(String name) {
    return new Endpoint(host, port, unixPath, authority, name, fault);
  }
}
