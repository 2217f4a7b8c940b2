package io.quorate.embed;

import io.quorate.edge.EdgeServer;
import io.quorate.edge.HttpHandler;
import io.quorate.edge.ListenAddress;
import io.quorate.edge.ListenException;
import io.quorate.edge.Listener;
import io.quorate.edge.Serving;
import io.quorate.edge.SocketOptions;
import io.quorate.embed.config.ConfigException;
import io.quorate.embed.config.MemberConfig;
import io.quorate.embed.config.UrlChecks;
import io.quorate.rpc.SocketText;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;

/**
 * The addresses of one member: bound before anything else, served one kind after the other, drained
 * at the end, with the lines that etcd writes on the way (spec/server.md 3.2 and 3.4).
 */
final class Listeners {
  private static final long DRAIN_SLACK_MILLIS = 500;

  /** A line for each serving loop that ends, in an orderly stop too. */
  private static final String ENDED = "setting up serving from embedded etcd failed.";

  /** One listening URL. */
  private record Bound(String url, Listener listener) {}

  private final List<Bound> peers;
  private final List<Bound> clients;
  private final List<Bound> clientHttp;
  private final List<Bound> monitors;
  private final Logger log;
  private volatile boolean servingClients;

  private Listeners(
      List<Bound> peers,
      List<Bound> clients,
      List<Bound> clientHttp,
      List<Bound> monitors,
      Logger log) {
    this.peers = peers;
    this.clients = clients;
    this.clientHttp = clientHttp;
    this.monitors = monitors;
    this.log = log;
  }

  /**
   * Binds all of them. Clients can connect from now on; nobody answers yet.
   *
   * @throws ListenException if an address cannot be had
   * @throws ConfigException if URLs contradict each other
   * @throws TooFewDescriptorsException if no client could ever connect
   */
  static Listeners bind(EdgeServer edge, MemberConfig config, Logger log) {
    MemberConfig.Listen listen = config.listen();
    if (listen.reusePort() || listen.reuseAddress()) {
      log.atInfo()
          .addKeyValue("reuse-address", listen.reuseAddress())
          .addKeyValue("reuse-port", listen.reusePort())
          .log("configuring socket options");
    }
    var options = new SocketOptions(listen.reusePort());
    log.atInfo()
        .addKeyValue("listen-peer-urls", listen.peerUrls())
        .log("configuring peer listeners");
    List<Bound> peers;
    try {
      peers = bindPeers(edge, listen.peerUrls(), options);
    } catch (ListenException | ConfigException e) {
      log.atError().addKeyValue("error", e).log("creating peer listener failed");
      throw e;
    }
    log.atInfo()
        .addKeyValue("listen-client-urls", listen.clientUrls())
        .log("configuring client listeners");
    if (config.profiles()) {
      log.atInfo().addKeyValue("path", "/debug/pprof").log("pprof is enabled");
    }
    checkClients(listen);
    List<Bound> clients = bind(edge, listen.clientUrls(), options);
    if (DescriptorWatch.limit() <= TooFewDescriptorsException.OWN) {
      throw new TooFewDescriptorsException(DescriptorWatch.limit());
    }
    return new Listeners(
        peers,
        clients,
        bind(edge, listen.clientHttpUrls(), options),
        bindMonitors(edge, listen.metricsUrls(), options),
        log);
  }

  private static List<Bound> bindPeers(EdgeServer edge, List<String> urls, SocketOptions options) {
    for (String url : urls) {
      if (isSecure(url)) {
        throw new ConfigException(
            "cannot listen on TLS for "
                + URI.create(url).getAuthority()
                + ": KeyFile and CertFile are not presented");
      }
    }
    return bind(edge, urls, options);
  }

  private static void checkClients(MemberConfig.Listen listen) {
    for (String url : listen.clientUrls()) {
      if (listen.clientHttpUrls().contains(url)) {
        throw new ConfigException(
            "cannot bind both --listen-client-urls and --listen-client-http-urls on the same url "
                + url);
      }
    }
    for (List<String> urls : List.of(listen.clientUrls(), listen.clientHttpUrls())) {
      for (String url : urls) {
        if (isSecure(url)) {
          throw new ConfigException(
              "TLS key/cert (--cert-file, --key-file) must be provided for client url "
                  + url
                  + " with HTTPS scheme");
        }
      }
    }
  }

  private static List<Bound> bindMonitors(
      EdgeServer edge, List<String> urls, SocketOptions options) {
    for (String url : urls) {
      if (url.startsWith("https:")) {
        throw new ConfigException(
            "client TLS key/cert (--cert-file, --key-file) must be provided for metrics secure"
                + " url");
      }
    }
    return bind(edge, urls, options);
  }

  private static boolean isSecure(String url) {
    return url.startsWith("https:") || url.startsWith("unixs:");
  }

  private static List<Bound> bind(EdgeServer edge, List<String> urls, SocketOptions options) {
    var bound = new ArrayList<Bound>();
    for (String url : urls) {
      bound.add(new Bound(url, edge.bind(address(url), options)));
    }
    return bound;
  }

  /** A unix socket is a file named host and path. */
  static ListenAddress address(String url) {
    if (url.startsWith("unix:") || url.startsWith("unixs:")) {
      return new ListenAddress.Unix(url.substring(url.indexOf("://") + 3));
    }
    String port = UrlChecks.port(url);
    // No port is any port.
    int number =
        port.isEmpty() ? 0 : new BigInteger(port).min(BigInteger.valueOf(1 << 16)).intValue();
    if (number >= 1 << 16) {
      throw new ConfigException("listen tcp: address " + port + ": invalid port");
    }
    return ListenAddress.tcp(UrlChecks.host(url), number);
  }

  /** All that clients may connect to. */
  List<Listener> ofClients() {
    var all = new ArrayList<Listener>();
    List.of(clients, clientHttp, monitors)
        .forEach(kind -> kind.forEach(bound -> all.add(bound.listener)));
    return all;
  }

  /** What the other members connect to. */
  List<Listener> ofPeers() {
    return peers.stream().map(Bound::listener).toList();
  }

  void serveMonitors(Serving serving) {
    for (Bound monitor : monitors) {
      log.atInfo().addKeyValue("address", monitor.url).log("serving metrics");
      monitor.listener.serve(serving);
    }
  }

  /** Says that the peers are served; whoever speaks their protocol does it. */
  void servingPeers() {
    for (Bound peer : peers) {
      log.atInfo().addKeyValue("address", address(peer)).log("serving peer traffic");
      log.atInfo().addKeyValue("address", address(peer)).log("cmux::serve");
    }
  }

  /** Serves gRPC, and HTTP on the same addresses unless it has its own. */
  void serveClients(Serving grpc, HttpHandler http) {
    boolean split = !clientHttp.isEmpty();
    clients.forEach(client -> client.listener.serve(split ? grpc : grpc.http(http)));
    clientHttp.forEach(
        client -> client.listener.serve(Serving.plain().http(http).limits(grpc.limits())));
    servingClients = true;
    for (int i = 0; i < clients.size() + clientHttp.size(); i++) {
      log.atInfo().log("ready to serve client requests");
    }
    clients.forEach(client -> servingInsecurely(client, split ? "grpc" : "grpc+http"));
    clientHttp.forEach(client -> servingInsecurely(client, "http"));
  }

  private void servingInsecurely(Bound client, String traffic) {
    log.atInfo()
        .addKeyValue("traffic", traffic)
        .addKeyValue("address", address(client))
        .log("serving client traffic insecurely; this is strongly discouraged!");
  }

  /** Lets running calls finish for at most {@code grace}, then cuts them off. */
  void drain(Duration grace) {
    if (servingClients) {
      boolean split = !clientHttp.isEmpty();
      clients.forEach(_ -> {
        ended("http: Server closed");
        if (!split) {
          ended("mux: server closed");
        }
      });
      clientHttp.forEach(_ -> ended("http: Server closed"));
    }
    var drained =
        ofClients().stream().map(each -> each.drain(grace)).toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(drained)
          .get(grace.toMillis() + DRAIN_SLACK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // What is left was cut off; the listeners are closed all the same.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Bound client : clients) {
      if (servingClients && clientHttp.isEmpty()) {
        String error = closedConnection(client);
        log.atWarn().addKeyValue("error", error).log("stopping insecure grpc server due to error");
        log.atWarn().addKeyValue("error", error).log("stopped insecure grpc server due to error");
        ended(error);
      }
    }
    clientHttp.forEach(client -> ended(closedConnection(client)));
    monitors.forEach(monitor -> ended(closedConnection(monitor)));
  }

  /** Closes what the peers are served by. */
  void close() {
    for (Bound peer : peers) {
      log.atInfo().addKeyValue("address", address(peer)).log("stopping serving peer traffic");
      peer.listener.close();
      ended(closedConnection(peer));
      log.atInfo().addKeyValue("address", address(peer)).log("stopped serving peer traffic");
    }
  }

  private void ended(String error) {
    log.atError().addKeyValue("error", error).log(ENDED);
  }

  private static String closedConnection(Bound bound) {
    return "accept "
        + bound.listener.address().network()
        + " "
        + address(bound)
        + ": use of closed network connection";
  }

  /** Where it is bound, as Go has it: the one socket for all addresses is {@code [::]}. */
  private static String address(Bound bound) {
    String text =
        bound.listener.localAddress() instanceof InetSocketAddress tcp
            ? SocketText.of(tcp)
            : bound.listener.address().text();
    return text.startsWith("0.0.0.0:") ? "[::]" + text.substring("0.0.0.0".length()) : text;
  }
}
