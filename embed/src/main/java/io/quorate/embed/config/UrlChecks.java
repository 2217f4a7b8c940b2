package io.quorate.embed.config;

import io.quorate.gotext.GoQuote;
import java.net.InetAddress;
import java.util.List;

/** What listen and advertise URLs must be beyond their syntax (spec/server.md 1.6). */
public final class UrlChecks {
  private UrlChecks() {}

  /** A listen URL names an address, not a host. */
  static void bindable(List<String> urls) {
    for (String url : urls) {
      String host = host(url);
      if (!url.startsWith("unix") && !host.equals("localhost") && !isAddress(host)) {
        throw new ConfigException("expected IP in URL for binding (" + url + ")");
      }
    }
  }

  /** An address as Go's net.ParseIP takes it: without a zone, and without leading zeros. */
  private static boolean isAddress(String host) {
    if (!host.contains(":")) {
      String number = "(0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])";
      return host.matches(number + "(\\." + number + "){3}");
    }
    try {
      return !host.contains("%") && InetAddress.ofLiteral(host) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** An advertised URL has a host and a port, one of a unix socket too. */
  static void advertised(String flag, List<String> urls) {
    for (String url : urls) {
      String problem = problem(url);
      if (!problem.isEmpty()) {
        throw new ConfigException(
            "--%s %s must be \"host:port\" (%s)"
                .formatted(flag, GoQuote.quote(String.join(",", urls)), problem));
      }
    }
  }

  private static String problem(String url) {
    String authority = authority(url);
    int colon = authority.indexOf(':', authority.lastIndexOf(']') + 1);
    if (authority.isEmpty()) {
      return "missing port in address";
    }
    if (colon < 0) {
      return "address " + authority + ": missing port in address";
    }
    if (authority.indexOf(':', colon + 1) >= 0) {
      return "address " + authority + ": too many colons in address";
    }
    return host(url).isEmpty() ? "unexpected empty host (" + url + ")" : "";
  }

  /** The host of {@code url}, an IPv6 address without its brackets. */
  public static String host(String url) {
    String authority = authority(url);
    int colon = authority.lastIndexOf(':');
    String host = colon < 0 ? authority : authority.substring(0, colon);
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  /** The port of {@code url} as text. */
  public static String port(String url) {
    String authority = authority(url);
    return authority.substring(authority.lastIndexOf(':') + 1);
  }

  /** Host and port, without user, path and query. */
  private static String authority(String url) {
    int slashes = url.indexOf("://");
    if (slashes < 0) {
      // A unix socket may be named without.
      return "";
    }
    int start = slashes + 3;
    int end = start;
    while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
      end++;
    }
    String authority = url.substring(start, end);
    return authority.substring(authority.lastIndexOf('@') + 1);
  }
}
