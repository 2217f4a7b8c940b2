package io.quorate.embed.config;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The address by which others reach this machine, taken from the default route, and what it changes
 * (spec/server.md 1.6): a member that listens everywhere and was told nothing to advertise
 * advertises that address.
 */
public final class DefaultHost {
  private static final String DEFAULT_NAME = "default";
  private static final String DEFAULT_CLUSTER = "default=http://localhost:2380";
  private static final String DEFAULT_PEER = "http://localhost:2380";
  private static final String DEFAULT_CLIENT = "http://localhost:2379";

  /** An interface with a default route; IPv4 before IPv6, then by metric. */
  private record Route(String device, boolean v4, long metric) {}

  /**
   * The configuration as it is meant.
   *
   * @param used the address that it now advertises, empty if none
   * @param routed whether this machine has a default route at all
   */
  public record Applied(MemberConfig config, Optional<String> used, boolean routed) {}

  private DefaultHost() {}

  /** Fills in what {@code config} leaves to this machine. */
  public static Applied apply(MemberConfig config) {
    List<Route> routes = routes();
    MemberConfig.Cluster cluster = config.cluster();
    Optional<String> used = Optional.empty();
    List<String> peers = cluster.initialAdvertisePeerUrls();
    List<String> clients = cluster.advertiseClientUrls();
    boolean peerOpen = isOpen(peers, DEFAULT_PEER, config.listen().peerUrls());
    boolean clientOpen = isOpen(clients, DEFAULT_CLIENT, config.listen().clientUrls());
    if (peerOpen || clientOpen) {
      used = routes.stream().findFirst().flatMap(DefaultHost::address);
    }
    if (used.isPresent()) {
      peers = peerOpen ? moved(peers, used.get(), config.listen().peerUrls()) : peers;
      clients = clientOpen ? moved(clients, used.get(), config.listen().clientUrls()) : clients;
    }
    String initial = cluster.initialCluster();
    if (!config.name().equals(DEFAULT_NAME) && initial.equals(DEFAULT_CLUSTER)) {
      var own = new ArrayList<String>();
      peers.forEach(url -> own.add(config.name() + "=" + url));
      initial = String.join(",", own);
    }
    return new Applied(
        config.withCluster(
            new MemberConfig.Cluster(
                initial,
                cluster.isNew(),
                cluster.token(),
                peers,
                clients,
                cluster.forceNewCluster(),
                cluster.maxLearners(),
                cluster.strictReconfiguration())),
        used,
        !routes.isEmpty());
  }

  private static boolean isOpen(List<String> advertised, String initially, List<String> listened) {
    return advertised.equals(List.of(initially))
        && !listened.isEmpty()
        && UrlChecks.host(listened.getFirst()).equals("0.0.0.0");
  }

  private static List<String> moved(List<String> urls, String host, List<String> listened) {
    String url = urls.getFirst();
    String scheme = url.substring(0, url.indexOf("://"));
    String literal = host.contains(":") ? "[" + host + "]" : host;
    return List.of(scheme + "://" + literal + ":" + UrlChecks.port(listened.getFirst()));
  }

  private static List<Route> routes() {
    var routes = new ArrayList<Route>();
    // Interface, destination, gateway, flags, reference count, use, metric, mask.
    for (String[] columns : table("/proc/net/route")) {
      if (columns.length > 7 && columns[1].equals("00000000") && columns[7].equals("00000000")) {
        routes.add(new Route(columns[0], true, Long.parseLong(columns[6])));
      }
    }
    // Destination, its prefix, source, its prefix, next hop, metric, two counts, flags, interface.
    for (String[] columns : table("/proc/net/ipv6_route")) {
      if (columns.length > 9
          && columns[0].matches("0+")
          && columns[1].equals("00")
          && !columns[9].equals("lo")) {
        routes.add(new Route(columns[9], false, Long.parseLong(columns[5], 16)));
      }
    }
    routes.sort(
        Comparator.comparing((Route route) -> !route.v4()).thenComparingLong(Route::metric));
    return routes;
  }

  private static List<String[]> table(String file) {
    try {
      return Files.readAllLines(Path.of(file)).stream()
          .map(line -> line.strip().split("\\s+"))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Optional<String> address(Route route) {
    try {
      NetworkInterface device = NetworkInterface.getByName(route.device());
      return device == null
          ? Optional.empty()
          : device
              .inetAddresses()
              .filter(address -> address instanceof Inet4Address == route.v4())
              .filter(address -> !address.isLinkLocalAddress())
              .map(InetAddress::getHostAddress)
              .map(text -> text.replaceAll("%.*", ""))
              .findFirst();
    } catch (SocketException e) {
      return Optional.empty();
    }
  }
}
