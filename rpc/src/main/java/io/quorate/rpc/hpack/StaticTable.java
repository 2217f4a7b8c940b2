package io.quorate.rpc.hpack;

/** The 61 entries that both sides know from the start (RFC 7541, appendix A), counted from 1. */
final class StaticTable {
  static final int LENGTH = 61;

  private static final String[] ENTRIES = {
    ":authority", "",
    ":method", "GET",
    ":method", "POST",
    ":path", "/",
    ":path", "/index.html",
    ":scheme", "http",
    ":scheme", "https",
    ":status", "200",
    ":status", "204",
    ":status", "206",
    ":status", "304",
    ":status", "400",
    ":status", "404",
    ":status", "500",
    "accept-charset", "",
    "accept-encoding", "gzip, deflate",
    "accept-language", "",
    "accept-ranges", "",
    "accept", "",
    "access-control-allow-origin", "",
    "age", "",
    "allow", "",
    "authorization", "",
    "cache-control", "",
    "content-disposition", "",
    "content-encoding", "",
    "content-language", "",
    "content-length", "",
    "content-location", "",
    "content-range", "",
    "content-type", "",
    "cookie", "",
    "date", "",
    "etag", "",
    "expect", "",
    "expires", "",
    "from", "",
    "host", "",
    "if-match", "",
    "if-modified-since", "",
    "if-none-match", "",
    "if-range", "",
    "if-unmodified-since", "",
    "last-modified", "",
    "link", "",
    "location", "",
    "max-forwards", "",
    "proxy-authenticate", "",
    "proxy-authorization", "",
    "range", "",
    "referer", "",
    "refresh", "",
    "retry-after", "",
    "server", "",
    "set-cookie", "",
    "strict-transport-security", "",
    "transfer-encoding", "",
    "user-agent", "",
    "vary", "",
    "via", "",
    "www-authenticate", ""
  };

  private StaticTable() {}

  static String name(int index) {
    return ENTRIES[2 * index - 2];
  }

  static String value(int index) {
    return ENTRIES[2 * index - 1];
  }

  /** The first entry with this name, or 0. */
  static int find(String name) {
    for (int i = 1; i <= LENGTH; i++) {
      if (name(i).equals(name)) {
        return i;
      }
    }
    return 0;
  }

  /** The entry with this name and value at or after {@code first}, or 0. */
  static int find(int first, String name, String value) {
    for (int i = first; i > 0 && i <= LENGTH && name(i).equals(name); i++) {
      if (value(i).equals(value)) {
        return i;
      }
    }
    return 0;
  }
}
