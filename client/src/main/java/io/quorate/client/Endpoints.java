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

  private Endpoints() {}

  /** The address in {@code text}, whatever scheme it has. */
  static Endpoint parse(String text) {
    for (String scheme : new String[] {"unixs:", "unix:"}) {
      if (text.startsWith(scheme)) {
        String path = text.substring(scheme.length());
        return Endpoint.unix(Path.of(path.startsWith("//") ? path.substring(2) : path));
      }
    }
    int scheme = text.indexOf("://");
    String hostPort = scheme < 0 ? text : text.substring(scheme + 3);
    int slash = hostPort.indexOf('/');
    if (slash >= 0) {
      hostPort = hostPort.substring(0, slash);
    }
    int colon = hostPort.lastIndexOf(':');
    boolean hasPort = colon >= 0 && colon > hostPort.lastIndexOf(']');
    String host = hasPort ? hostPort.substring(0, colon) : hostPort;
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    try {
      int port = hasPort ? Integer.parseInt(hostPort.substring(colon + 1)) : 443;
      if (port > 0 && port < 65_536 && !host.isEmpty()) {
        return Endpoint.tcp(host, port);
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw new IllegalArgumentException("not an endpoint: " + text);
  }

  /** Whether TLS is spoken; the scheme of the first endpoint decides for all. */
  static Optional<TlsClient> tls(ClientOptions options) {
    String first = options.endpoints().getFirst();
    if (first.startsWith("http://")) {
      return Optional.empty();
    }
    if (first.startsWith("https://") || first.startsWith("unixs:")) {
      return Optional.of(new TlsClient(options.tls().orElseGet(Endpoints::trustingTheMachine)));
    }
    return options.tls().map(TlsClient::new);
  }

  private static TlsClient.Options trustingTheMachine() {
    TlsClient.Options none = TlsClient.Options.trustingAnybody();
    return new TlsClient.Options(
        Optional.empty(), none.identity(), false, none.versions(), none.suites());
  }

  static EndpointChannel channel(
      String text, ClientOptions options, Optional<TlsClient> tls, boolean keepConnected) {
    Endpoint parsed = parse(text);
    Endpoint endpoint =
        options.serverName().isPresent()
            ? parsed.withServerName(options.serverName().get())
            : parsed;
    Duration time = options.keepaliveTime();
    if (!time.isZero() && time.compareTo(LEAST_KEEPALIVE) < 0) {
      time = LEAST_KEEPALIVE;
    }
    ChannelOptions channel =
        ChannelOptions.PLAIN
            .withKeepalive(time, options.keepaliveTimeout())
            .withKeepConnected(keepConnected);
    return new EndpointChannel(endpoint, tls.isPresent() ? channel.withTls(tls.get()) : channel);
  }
}
