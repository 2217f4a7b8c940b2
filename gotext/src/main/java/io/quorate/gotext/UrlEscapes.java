package io.quorate.gotext;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Percent signs in the parts of a URL, as Go's net/url reads and writes them. */
final class UrlEscapes {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final String IN_HOSTS = "!$&'()*+,;=:[]<>\"";

  enum Part {
    PATH,
    HOST,
    ZONE,
    USER,
    FRAGMENT
  }

  private UrlEscapes() {}

  /** Whether {@code c} is written as itself in {@code part}. */
  private static boolean isPlain(int c, Part part) {
    if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9') {
      return true;
    }
    if ("-_.~".indexOf(c) >= 0) {
      return true;
    }
    return switch (part) {
      case HOST, ZONE -> IN_HOSTS.indexOf(c) >= 0;
      case PATH -> "$&+,/:;=@".indexOf(c) >= 0;
      case USER -> "$&+,;=".indexOf(c) >= 0;
      case FRAGMENT -> "$&+,/:;=?@!()*".indexOf(c) >= 0;
    };
  }

  static boolean mayBeInUser(int c) {
    return isPlain(c, Part.USER) || ":!'()*%@".indexOf(c) >= 0;
  }

  static String escape(String text, Part part) {
    var out = new StringBuilder();
    for (byte b : RawText.bytes(text)) {
      int c = b & 0xff;
      if (isPlain(c, part)) {
        out.append((char) c);
      } else {
        out.append('%').append(HEX.toHexDigits(b));
      }
    }
    return out.toString();
  }

  /** {@code text}, whose escapes are good, as it is if it could have been written so. */
  static String kept(String text, Part part) {
    boolean good =
        text.chars().allMatch(c -> isPlain(c, part) || "!$&'()*+,;=:@[]%".indexOf(c) >= 0);
    if (good) {
      return text;
    }
    try {
      return escape(decode(text, part), part);
    } catch (GoUrl.Unparsable e) {
      throw new IllegalStateException(e);
    }
  }

  static String checkedFragment(String text) throws GoUrl.Unparsable {
    decode(text, Part.FRAGMENT);
    return kept(text, Part.FRAGMENT);
  }

  static String decode(String text, Part part) throws GoUrl.Unparsable {
    byte[] bytes = RawText.bytes(text);
    var out = new ByteArrayOutputStream(bytes.length);
    boolean host = part == Part.HOST || part == Part.ZONE;
    for (int i = 0; i < bytes.length; i++) {
      int c = bytes[i] & 0xff;
      if (c == '%') {
        out.write(decoded(bytes, i, part));
        i += 2;
      } else if (host && c < 0x80 && !isPlain(c, part)) {
        throw new GoUrl.Unparsable(
            "invalid character " + GoQuote.quote(String.valueOf((char) c)) + " in host name");
      } else {
        out.write(c);
      }
    }
    return RawText.of(out.toByteArray());
  }

  /** The byte that the escape at {@code at} stands for. */
  private static int decoded(byte[] bytes, int at, Part part) throws GoUrl.Unparsable {
    int length = Math.min(3, bytes.length - at);
    String escape = new String(bytes, at, length, StandardCharsets.ISO_8859_1);
    if (length == 3
        && HexFormat.isHexDigit(escape.charAt(1))
        && HexFormat.isHexDigit(escape.charAt(2))) {
      int value = HexFormat.fromHexDigits(escape, 1, 3);
      boolean allowed =
          switch (part) {
            case PATH, USER, FRAGMENT -> true;
            case HOST -> value >= 0x80 || value == '%';
            case ZONE -> value == '%' || value == ' ' || isPlain(value, Part.HOST);
          };
      if (allowed) {
        return value;
      }
    }
    throw new GoUrl.Unparsable(
        "invalid URL escape " + GoQuote.quote(RawText.of(bytes, at, at + length)));
  }
}
