package io.quorate.gotext;

import java.util.List;
import java.util.stream.Stream;

/**
 * Lists of listen and advertise URLs, as etcd takes them (spec/server.md 1.1): trimmed, with a
 * scheme it knows, {@code host:port} and no path; sorted, and written as {@link GoUrl} writes them.
 */
public final class UrlList {
  private UrlList() {}

  /**
   * The URLs of the flag {@code text}, which stand between commas; each once.
   *
   * @throws IllegalArgumentException with etcd's message
   */
  public static List<String> parse(String text) {
    return checked(List.of(text.split(",", -1))).distinct().toList();
  }

  /**
   * The URLs of a member that is added, each an element of its own: a comma parts nothing here. One
   * that is given twice stays there twice; it counts for the member's id.
   *
   * @throws IllegalArgumentException with etcd's message
   */
  public static List<String> ofMember(List<String> elements) {
    List<String> urls = checked(elements).toList();
    // Departure: etcd does not look whether it can read what it stores, and ends where it cannot.
    urls.forEach(GoUrl::parse);
    return urls;
  }

  private static Stream<String> checked(List<String> elements) {
    if (elements.isEmpty()) {
      throw new IllegalArgumentException("no valid URLs given");
    }
    return elements.stream().map(url -> checked(trimmed(url)).toString()).sorted();
  }

  private static GoUrl checked(String url) {
    GoUrl parsed = GoUrl.parse(url);
    switch (parsed.scheme()) {
      case "http", "https" -> {}
      case "unix", "unixs" -> {
        return parsed;
      }
      default ->
          throw new IllegalArgumentException(
              "URL scheme must be http, https, unix, or unixs: " + url);
    }
    if (!parsed.hasPort()) {
      throw new IllegalArgumentException(
          "URL address does not have the form \"host:port\": " + url);
    }
    if (parsed.hasPath()) {
      throw new IllegalArgumentException("URL must not contain a path: " + url);
    }
    return parsed;
  }

  /** Without what Go takes for white space. */
  private static String trimmed(String text) {
    int begin = 0;
    int end = text.length();
    while (begin < end && isSpace(text.charAt(begin))) {
      begin++;
    }
    while (begin < end && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(begin, end);
  }

  private static boolean isSpace(char c) {
    return c >= '\t' && c <= '\r' || c == 0x85 || Character.isSpaceChar(c);
  }
}
