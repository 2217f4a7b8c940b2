package io.quorate.edge;

import io.quorate.rpc.Metadata;
import java.util.Set;
import org.slf4j.Logger;

/**
 * What stands before all HTTP handlers of a client listener (spec/server.md 4.3): plain requests
 * must name a known host, so that a page in a browser cannot reach this member under a name of its
 * own; CORS headers are added; OPTIONS is answered.
 */
public final class AccessControl implements HttpHandler {
  private final Set<String> hosts;
  private final Set<String> origins;
  private final HttpHandler next;
  private final Logger log;

  /**
   * @param hosts known names without port; empty, or with {@code *}: any
   * @param origins allowed origins; with {@code *}: any
   */
  public AccessControl(Set<String> hosts, Set<String> origins, HttpHandler next, Logger log) {
    this.hosts = Set.copyOf(hosts);
    this.origins = Set.copyOf(origins);
    this.next = next;
    this.log = log;
  }

  @Override
  public HttpReceiver start(HttpExchange exchange) {
    HttpRequest request = exchange.request();
    String host = host(request.authority());
    if (!exchange.isSecure() && !knows(host)) {
      log.atWarn()
          .addKeyValue("host", host)
          .log("rejecting HTTP request to prevent DNS rebinding attacks");
      exchange.respond(421, unknownHost(host));
      return HttpReceiver.NONE;
    }
    Metadata cors = corsHeaders(request.headers().first("origin").orElse(""));
    for (int i = 0; i < cors.size(); i++) {
      exchange.preset(cors.name(i), cors.value(i));
    }
    if (request.method().equals("OPTIONS")) {
      exchange.respond(200, new Metadata(), new byte[0]);
      return HttpReceiver.NONE;
    }
    return next.start(exchange);
  }

  private boolean knows(String host) {
    return hosts.isEmpty() || hosts.contains("*") || hosts.contains(host);
  }

  /** The three headers if the origin is allowed, otherwise none. */
  public Metadata corsHeaders(String origin) {
    var headers = new Metadata();
    String allowed = origins.contains("*") ? "*" : origin;
    if (origins.contains(allowed)) {
      headers
          .add("access-control-allow-methods", "POST, GET, OPTIONS, PUT, DELETE")
          .add("access-control-allow-origin", allowed)
          .add("access-control-allow-headers", "accept, content-type, authorization");
    }
    return headers;
  }

  /** Without the port, and without the brackets of an IPv6 address. */
  private static String host(String authority) {
    if (authority.startsWith("[")) {
      int end = authority.indexOf(']');
      return end < 0 ? authority : authority.substring(1, end);
    }
    int colon = authority.indexOf(':');
    return colon < 0 || colon != authority.lastIndexOf(':')
        ? authority
        : authority.substring(0, colon);
  }

  private static String unknownHost(String host) {
    return """

    etcd received your request, but the Host header was unrecognized.

    This member answers plain HTTP only under names it was told. Either tell it this one,

      etcd --host-whitelist "%s"

    or talk to it over TLS. Otherwise a web page could reach it by
    "DNS Rebinding" attacks (CVE-2018-5702).
    """
        .formatted(host);
  }
}
