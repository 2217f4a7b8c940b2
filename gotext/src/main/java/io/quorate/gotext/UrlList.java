package io.quorate.gotext;

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
    rest = rest.substring(2);
    int hostEnd = rest.length();
    for (int i = 0; i < rest.length(); i++) {
      if ("/?#".indexOf(rest.charAt(i)) >= 0) {
        hostEnd = i;
        break;
      }
    }
    String host = rest.substring(0, hostEnd);
    checkHost(url, host);
    String path = rest.substring(hostEnd);
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

  private static void checkHost(String url, String host) {
    int close = host.startsWith("[") ? host.indexOf(']') : 0;
    if (close < 0) {
      throw unparsable(url, "missing ']' in host");
    }
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

  private static IllegalArgumentException unparsable(String url, String why) {
    return new IllegalArgumentException("parse " + GoQuote.quote(url) + ": " + why);
  }
}
