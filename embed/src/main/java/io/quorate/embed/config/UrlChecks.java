package io.quorate.embed.config;

import io.quorate.gotext.GoQuote;
import java.util.List;

/** What listen and advertise URLs must be beyond their syntax (spec/server.md 1.6). */
final class UrlChecks {
  private UrlChecks() {}

  /** A listen URL names an address, not a host. */
  static void bindable(List<String> urls) {
    for (String url : urls) {
      String host = host(url);
      boolean address =
          url.startsWith("unix")
              || host.isEmpty()
              || host.equals("localhost")
              || host.contains(":")
              || host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
      if (!address) {
        throw new ConfigException("expected IP in URL for binding (" + url + ")");
      }
    }
  }

  /** An advertised URL has a host. */
  static void advertised(String flag, List<String> urls) {
    for (String url : urls) {
      if (!url.startsWith("unix") && host(url).isEmpty()) {
        throw new ConfigException(
            "--%s %s must be \"host:port\" (unexpected empty host (%s))"
                .formatted(flag, GoQuote.quote(String.join(",", urls)), url));
      }
    }
  }

  /** The host of {@code url}, an IPv6 address without its brackets. */
  static String host(String url) {
    String authority = authority(url);
    int colon = authority.lastIndexOf(':');
    String host = colon < 0 ? authority : authority.substring(0, colon);
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  /** The port of {@code url} as text. */
  static String port(String url) {
    String authority = authority(url);
    return authority.substring(authority.lastIndexOf(':') + 1);
  }

  /** Host and port, without user, path and query. */
  private static String authority(String url) {
    int start = url.indexOf("://") + 3;
    int end = start;
    while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
      end++;
    }
    String authority = url.substring(start, end);
    return authority.substring(authority.lastIndexOf('@') + 1);
  }
}
