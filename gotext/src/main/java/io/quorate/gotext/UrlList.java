package io.quorate.gotext;

import java.net.InetAddress;
import java.util.List;

/**
 * Lists of listen and advertise URLs, as etcd's flags take them (spec/server.md 1.1): trimmed, with
 * a scheme it knows, {@code host:port} and no path; sorted, each once.
 */
public final class UrlList {
  private UrlList() {}

  /**
   * The URLs of {@code text}, which stand between commas.
   *
   * @throws IllegalArgumentException with etcd's message
   */
  public static List<String> parse(String text) {
    return of(List.of(text.split(",", -1)));
  }

  /**
   * The URLs {@code elements}, each on its own: a comma parts nothing here.
   *
   * @throws IllegalArgumentException with etcd's message
   */
  public static List<String> of(List<String> elements) {
    if (elements.isEmpty()) {
      throw new IllegalArgumentException("no valid URLs given");
    }
    return elements.stream().map(url -> checked(url.strip())).distinct().sorted().toList();
  }

  private static String checked(String url) {
    int schemeEnd = schemeEnd(url);
    String scheme =
        schemeEnd < 0 ? "" : url.substring(0, schemeEnd).toLowerCase(java.util.Locale.ROOT);
    switch (scheme) {
      case "http", "https" -> {}
      case "unix", "unixs" -> {
        checkCharacters(url, hostOf(url, schemeEnd));
        return url;
      }
      default ->
          throw new IllegalArgumentException(
              "URL scheme must be http, https, unix, or unixs: " + url);
    }
    String rest = url.substring(schemeEnd + 1);
    if (!rest.startsWith("//")) {
      throw new IllegalArgumentException(
          "URL address does not have the form \"host:port\": " + url);
    }
    String host = hostOf(url, schemeEnd);
    checkHost(url, host);
    String path = rest.substring(2 + host.length());
    if (path.startsWith("/")) {
      throw new IllegalArgumentException("URL must not contain a path: " + url);
    }
    return scheme + "://" + host + path;
  }

  /** The length of the scheme, or -1; throws where Go's url.Parse does. */
  private static int schemeEnd(String url) {
    for (int i = 0; i < url.length(); i++) {
      char c = url.charAt(i);
      if (c < 0x20 || c == 0x7f) {
        throw unparsable(url, "net/url: invalid control character in URL");
      }
    }
    for (int i = 0; i < url.length(); i++) {
      char c = url.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      if (c == ':') {
        if (i == 0) {
          throw unparsable(url, "missing protocol scheme");
        }
        return i;
      }
      if (!letter && (i == 0 || "0123456789+-.".indexOf(c) < 0)) {
        int colon = url.indexOf(':');
        int slash = url.indexOf('/');
        if (colon >= 0 && (slash < 0 || colon < slash)) {
          throw unparsable(url, "first path segment in URL cannot contain colon");
        }
        return -1;
      }
    }
    return -1;
  }

  /** What stands behind {@code scheme://}, up to a path, a query or a fragment. */
  private static String hostOf(String url, int schemeEnd) {
    int start = schemeEnd + 1;
    if (!url.startsWith("//", start)) {
      return "";
    }
    int end = start + 2;
    while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
      end++;
    }
    return url.substring(start + 2, end);
  }

  /** What Go takes in a host: letters, digits, beyond ASCII anything, and these. */
  private static void checkCharacters(String url, String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      boolean plain =
          c >= 0x80
              || c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || "0123456789-_.~!$&'()*+,;=:[]<>\"@".indexOf(c) >= 0;
      if (c == '%') {
        throw unparsable(
            url,
            "invalid URL escape "
                + GoQuote.quote(host.substring(i, Math.min(i + 3, host.length()))));
      }
      if (!plain) {
        throw unparsable(
            url, "invalid character " + GoQuote.quote(String.valueOf(c)) + " in host name");
      }
    }
  }

  private static void checkHost(String url, String host) {
    int close = host.startsWith("[") ? host.indexOf(']') : 0;
    if (close < 0) {
      throw unparsable(url, "missing ']' in host");
    }
    if (close > 0) {
      checkLiteral(url, host.substring(1, close));
    }
    checkCharacters(url, host.substring(close));
    int colon = host.indexOf(':', close);
    if (colon < 0 || host.indexOf(':', colon + 1) >= 0) {
      throw new IllegalArgumentException(
          "URL address does not have the form \"host:port\": " + url);
    }
    String port = host.substring(colon + 1);
    if (!port.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw unparsable(url, "invalid port " + GoQuote.quote(":" + port) + " after host");
    }
  }

  /** Between brackets stands an address of IPv6, perhaps with a zone. */
  private static void checkLiteral(String url, String text) {
    int zone = text.indexOf('%');
    String address = zone < 0 ? text : text.substring(0, zone);
    boolean good = address.indexOf(':') >= 0;
    try {
      good = good && InetAddress.ofLiteral(address) != null;
    } catch (IllegalArgumentException e) {
      good = false;
    }
    if (!good) {
      throw unparsable(
          url, "invalid host: ParseAddr(" + GoQuote.quote(text) + "): unable to parse IP");
    }
  }

  private static IllegalArgumentException unparsable(String url, String why) {
    return new IllegalArgumentException("parse " + GoQuote.quote(url) + ": " + why);
  }
}
