package io.quorate.client;

import io.quorate.rpc.socket.ChannelOptions;
import io.quorate.rpc.socket.Endpoint;
import io.quorate.rpc.socket.EndpointChannel;
import io.quorate.rpc.tls.TlsClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Endpoints as users write them, and the channels to them. */
final class Endpoints {
  /** The Go library raises anything below to this. */
  private static final Duration LEAST_KEEPALIVE = Duration.ofSeconds(10);

  private static final int MAX_PORT = 65_535;

  private Endpoints() {}

  /**
   * The address in {@code text}, which may have the scheme of HTTP or of unix sockets. What is none
   * is never reached, as with the original: a call that waits for it ends by its deadline.
   */
  static Endpoint parse(String text) {
    for (String scheme : new String[] {"unixs:", "unix:"}) {
      if (text.startsWith(scheme)) {
        String path = text.substring(scheme.length());
        return Endpoint.unix(Path.of(path.startsWith("//") ? path.substring(2) : path));
      }
    }
    String hostPort = hostPort(text);
    int colon = hostPort.lastIndexOf(':');
    if (colon < 0 || colon < hostPort.lastIndexOf(']')) {
      return Endpoint.undialable(hostPort, "address " + hostPort + ": missing port in address");
    }
    String host = hostPort.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      return Endpoint.undialable(hostPort, "address " + hostPort + ": too many colons in address");
    }
    return at(hostPort, host.isEmpty() ? "localhost" : host, hostPort.substring(colon + 1));
  }

  /** The authority of an HTTP URL; anything else is taken as it is. */
  private static String hostPort(String text) {
    if (!hasScheme(text, "http://") && !hasScheme(text, "https://")) {
      return text;
    }
    int start = text.indexOf("://") + 3;
    int end = start;
    while (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) {
      if (text.charAt(end) <= ' ') {
        return text; // no URL
      }
      end++;
    }
    return text.substring(start, end);
  }

  private static boolean hasScheme(String text, String scheme) {
    return text.regionMatches(true, 0, scheme, 0, scheme.length());
  }

  private static Endpoint at(String hostPort, String host, String port) {
    try {
      int number = Integer.parseInt(port);
      if (number > 0 && number <= MAX_PORT) {
        return Endpoint.tcp(host, number);
      }
      return Endpoint.undialable(hostPort, "address " + port + ": invalid port");
    } catch (NumberFormatException _) {
      return Endpoint.undialable(hostPort, "lookup tcp/" + port + ": unknown port");
    }
  }

  /** Whether TLS is spoken; the scheme of the first endpoint decides for all. */
  static Optional<TlsClient> tls(ClientOptions options) {
    String first = options.endpoints().getFirst();
    if (hasScheme(first, "http://")) {
      return Optional.empty();
    }
    if (hasScheme(first, "https://") || first.startsWith("unixs:")) {
      return Optional.of(new TlsClient(options.tls().orElseGet(Endpoints::trustingTheMachine)));
    }
    return options.tls().map(TlsClient::new);
  }

  private static TlsClient.Options trustingTheMachine() {
    TlsClient.Options none = TlsClient.Options.trustingAnybody();
    return new TlsClient.Options(
        Optional.empty(), none.identity(), false, none.versions(), none.suites());
  }

  static EndpointChannel channel(String text, ClientOptions options, Optional<TlsClient> tls) {
    Endpoint parsed = parse(text);
    Endpoint endpoint =
        options.serverName().isPresent()
            ? parsed.withServerName(options.serverName().get())
            : parsed;
    Duration time = options.keepaliveTime();
    if (!time.isZero() && time.compareTo(LEAST_KEEPALIVE) < 0) {
      time = LEAST_KEEPALIVE;
    }
    ChannelOptions channel = ChannelOptions.PLAIN.withKeepalive(time, options.keepaliveTimeout());
    return new EndpointChannel(endpoint, tls.isPresent() ? channel.withTls(tls.get()) : channel);
  }
}
