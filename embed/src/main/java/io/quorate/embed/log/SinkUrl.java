package io.quorate.embed.log;

import io.quorate.gotext.GoQuote;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Reads the name of a log output as zap does: an absolute path is one, anything else is a URL, by
 * itself one of a file.
 */
final class SinkUrl {
  private static final String FILE = "file";

  private final String text;
  private final String fragment;
  private final String query;

  /** Empty where the URL has none. */
  private final String scheme;

  /** Behind {@code //}; empty where the URL has none. */
  private final String authority;

  /** Percent signs and all; empty where what follows the scheme is no path. */
  private final String escapedPath;

  /** The path of the file. Throws {@link LogSettings.Refused} with zap's text. */
  static String path(String output) {
    return output.startsWith("/") ? output : new SinkUrl(output).filePath();
  }

  private SinkUrl(String output) {
    int hash = output.indexOf('#');
    text = hash < 0 ? output : output.substring(0, hash);
    fragment = hash < 0 ? "" : output.substring(hash + 1);
    if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw unparsable("net/url: invalid control character in URL");
    }
    int colon = schemeEnd();
    scheme = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
    String rest = text.substring(colon + 1);
    int question = rest.indexOf('?');
    query = question < 0 ? "" : rest.substring(question + 1);
    rest = question < 0 ? rest : rest.substring(0, question);
    if (rest.startsWith("//")) {
      int slash = rest.indexOf('/', 2);
      authority = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
      rest = slash < 0 ? "" : rest.substring(slash);
    } else {
      authority = "";
      if (scheme.isEmpty() && rest.split("/", 2)[0].contains(":")) {
        throw unparsable("first path segment in URL cannot contain colon");
      }
    }
    escapedPath = scheme.isEmpty() || rest.startsWith("/") ? rest : "";
    checkPort();
  }

  /** The colon behind the scheme, or -1. */
  private int schemeEnd() {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      if (c == ':') {
        if (i == 0) {
          throw unparsable("missing protocol scheme");
        }
        return i;
      }
      if (!letter && (i == 0 || "0123456789+-.".indexOf(c) < 0)) {
        return -1;
      }
    }
    return -1;
  }

  private void checkPort() {
    String port = port();
    if (!port.chars().skip(1).allMatch(c -> c >= '0' && c <= '9')) {
      throw unparsable("invalid port " + GoQuote.quote(port) + " after host");
    }
  }

  private String hostAndPort() {
    return authority.substring(authority.lastIndexOf('@') + 1);
  }

  /** With its colon; empty where there is none. */
  private String port() {
    String host = hostAndPort();
    int colon = host.lastIndexOf(':');
    return colon <= host.lastIndexOf(']') ? "" : host.substring(colon);
  }

  private String filePath() {
    String path = unescaped(escapedPath);
    unescaped(fragment);
    if (!scheme.isEmpty() && !scheme.equals(FILE)) {
      throw new LogSettings.Refused("no sink found for scheme " + GoQuote.quote(scheme));
    }
    if (authority.contains("@")) {
      throw forbidden("user and password not allowed with file URLs");
    }
    if (!fragment.isEmpty()) {
      throw forbidden("fragments not allowed with file URLs");
    }
    if (!query.isEmpty()) {
      throw forbidden("query parameters not allowed with file URLs");
    }
    if (port().length() > 1) {
      throw forbidden("ports not allowed with file URLs");
    }
    String host = hostAndPort().substring(0, hostAndPort().length() - port().length());
    if (!host.isEmpty() && !host.equals("localhost")) {
      throw forbidden("file URLs must leave host empty or use localhost");
    }
    return path;
  }

  private String unescaped(String escaped) {
    var bytes = new ByteArrayOutputStream();
    byte[] from = escaped.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < from.length; i++) {
      if (from[i] != '%') {
        bytes.write(from[i]);
        continue;
      }
      int high = i + 1 < from.length ? Character.digit(from[i + 1], 16) : -1;
      int low = i + 2 < from.length ? Character.digit(from[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        String wrong = new String(from, i, Math.min(3, from.length - i), StandardCharsets.UTF_8);
        throw unparsable("invalid URL escape " + GoQuote.quote(wrong));
      }
      bytes.write(high << 4 | low);
      i += 2;
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private LogSettings.Refused forbidden(String why) {
    return new LogSettings.Refused(
        why
            + ": got file:"
            + (authority.isEmpty() && escapedPath.isEmpty() ? "" : "//")
            + authority
            + escapedPath
            + (query.isEmpty() ? "" : "?" + query)
            + (fragment.isEmpty() ? "" : "#" + fragment));
  }

  private LogSettings.Refused unparsable(String why) {
    String whole = fragment.isEmpty() ? text : text + "#" + fragment;
    return new LogSettings.Refused(
        "can't parse %s as a URL: parse %s: %s"
            .formatted(GoQuote.quote(whole), GoQuote.quote(text), why));
  }
}
