package io.quorate.gotext;

import java.net.InetAddress;
import java.util.Locale;

/**
 * A URL as Go's net/url understands it and writes it again: what is stored and hashed of a member's
 * URLs is not what was given but this.
 */
final class GoUrl {
  private final String scheme;
  private String opaque = "";
  private String user = ""; // as written again, with its @
  private String host = "";
  private String path = "";
  private String query = ""; // with its ?
  private String fragment = ""; // as written again, with its #
  private boolean authority;

  private GoUrl(String scheme) {
    this.scheme = scheme;
  }

  /** In lower case; empty if there is none. */
  String scheme() {
    return scheme;
  }

  boolean hasPath() {
    return !path.isEmpty();
  }

  /** Whether the host is one, followed by a port; either may be empty. */
  boolean hasPort() {
    int colon = host.lastIndexOf(':');
    int behind = 0;
    if (host.startsWith("[")) {
      behind = host.indexOf(']') + 1;
      if (behind != colon) {
        return false;
      }
    } else if (colon < 0 || host.indexOf(':') != colon) {
      return false;
    }
    return host.indexOf('[', Math.min(behind, 1)) < 0 && host.indexOf(']', behind) < 0;
  }

  @Override
  public String toString() {
    var out = new StringBuilder();
    if (!scheme.isEmpty()) {
      out.append(scheme).append(':');
    }
    if (!opaque.isEmpty()) {
      return out.append(opaque).append(query).append(fragment).toString();
    }
    if (authority && !(host.isEmpty() && user.isEmpty() && path.isEmpty())) {
      out.append("//").append(user).append(UrlEscapes.escape(host, UrlEscapes.Part.HOST));
    }
    return out.append(UrlEscapes.kept(path, UrlEscapes.Part.PATH))
        .append(query)
        .append(fragment)
        .toString();
  }

  // ---- parsing

  /**
   * @throws IllegalArgumentException with Go's message
   */
  static GoUrl parse(String text) {
    int hash = text.indexOf('#');
    String url = hash < 0 ? text : text.substring(0, hash);
    GoUrl parsed = whole(url, () -> withoutFragment(url));
    if (hash >= 0 && hash + 1 < text.length()) {
      String fragment = text.substring(hash + 1);
      parsed.fragment = "#".concat(whole(text, () -> UrlEscapes.checkedFragment(fragment)));
    }
    return parsed;
  }

  private interface Step<T> {
    T run() throws Unparsable;
  }

  private static <T> T whole(String url, Step<T> step) {
    try {
      return step.run();
    } catch (Unparsable e) {
      throw new IllegalArgumentException("parse " + GoQuote.quote(url) + ": " + e.getMessage(), e);
    }
  }

  /** What is wrong with a part of it. */
  static final class Unparsable extends Exception {
    private static final long serialVersionUID = 1L;

    Unparsable(String why) {
      super(why, null, false, false);
    }
  }

  private static GoUrl withoutFragment(String url) throws Unparsable {
    if (url.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
      throw new Unparsable("net/url: invalid control character in URL");
    }
    int colon = schemeEnd(url);
    var parsed = new GoUrl(colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT));
    String rest = url.substring(colon + 1);
    int question = rest.indexOf('?');
    if (question >= 0) {
      parsed.query = rest.substring(question);
      rest = rest.substring(0, question);
    }
    if (!rest.startsWith("/")) {
      if (colon >= 0) {
        parsed.opaque = rest;
        return parsed;
      }
      int slash = rest.indexOf('/');
      if ((slash < 0 ? rest : rest.substring(0, slash)).indexOf(':') >= 0) {
        throw new Unparsable("first path segment in URL cannot contain colon");
      }
    }
    if (rest.startsWith("//") && (colon >= 0 || !rest.startsWith("///"))) {
      int slash = rest.indexOf('/', 2);
      int end = slash < 0 ? rest.length() : slash;
      parsed.authority = true;
      parsed.parseAuthority(rest.substring(2, end));
      rest = rest.substring(end);
    }
    UrlEscapes.decode(rest, UrlEscapes.Part.PATH);
    parsed.path = rest;
    return parsed;
  }

  /** The length of the scheme, or -1. */
  private static int schemeEnd(String url) throws Unparsable {
    for (int i = 0; i < url.length(); i++) {
      char c = url.charAt(i);
      if (c == ':') {
        if (i == 0) {
          throw new Unparsable("missing protocol scheme");
        }
        return i;
      }
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      if (!letter && (i == 0 || "0123456789+-.".indexOf(c) < 0)) {
        return -1;
      }
    }
    return -1;
  }

  private void parseAuthority(String text) throws Unparsable {
    int at = text.lastIndexOf('@');
    host = decodedHost(text.substring(at + 1));
    if (at < 0) {
      return;
    }
    String info = text.substring(0, at);
    if (!info.chars().allMatch(UrlEscapes::mayBeInUser)) {
      throw new Unparsable("net/url: invalid userinfo");
    }
    int colon = info.indexOf(':');
    user =
        colon < 0
            ? again(info) + "@"
            : again(info.substring(0, colon)) + ":" + again(info.substring(colon + 1)) + "@";
  }

  private static String again(String user) throws Unparsable {
    return UrlEscapes.escape(UrlEscapes.decode(user, UrlEscapes.Part.USER), UrlEscapes.Part.USER);
  }

  private static String decodedHost(String text) throws Unparsable {
    int open = text.lastIndexOf('[');
    if (open > 0) {
      throw new Unparsable("invalid IP-literal");
    }
    if (open < 0) {
      int colon = text.lastIndexOf(':');
      if (colon >= 0) {
        checkPort(text.substring(colon));
      }
      return UrlEscapes.decode(text, UrlEscapes.Part.HOST);
    }
    int close = text.lastIndexOf(']');
    if (close < 0) {
      throw new Unparsable("missing ']' in host");
    }
    checkPort(text.substring(close + 1));
    int percent = text.substring(0, close).indexOf("%25");
    int zone = percent < 0 ? close : percent;
    String address =
        UrlEscapes.decode(text.substring(1, zone), UrlEscapes.Part.HOST)
            + UrlEscapes.decode(text.substring(zone, close), UrlEscapes.Part.ZONE);
    checkLiteral(address);
    return "[" + address + UrlEscapes.decode(text.substring(close), UrlEscapes.Part.HOST);
  }

  private static void checkPort(String text) throws Unparsable {
    boolean good =
        text.isEmpty()
            || text.startsWith(":") && text.chars().skip(1).allMatch(c -> c >= '0' && c <= '9');
    if (!good) {
      throw new Unparsable("invalid port " + GoQuote.quote(text) + " after host");
    }
  }

  /** Between brackets stands an address of IPv6, perhaps with a zone. */
  private static void checkLiteral(String text) throws Unparsable {
    int percent = text.indexOf('%');
    String address = percent < 0 ? text : text.substring(0, percent);
    boolean good = percent < 0 || percent + 1 < text.length();
    try {
      good = good && InetAddress.ofLiteral(address) != null;
    } catch (IllegalArgumentException e) {
      good = false;
    }
    if (!good) {
      throw new Unparsable(
          "invalid host: ParseAddr(" + GoQuote.quote(text) + "): unable to parse IP");
    }
    if (address.indexOf(':') < 0) {
      throw new Unparsable("invalid IP-literal");
    }
  }
}
