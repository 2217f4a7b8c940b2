package io.quorate.gotext;

import java.nio.charset.StandardCharsets;

/** JSON text as Go's encoding/json writes it: compact, fields in the given order. */
public final class GoJson {
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private GoJson() {}

  /** {@code text} in quotes. */
  public static String quote(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2);
    quote(out, text);
    return out.toString();
  }

  /**
   * Appends {@code text} in quotes. Besides what JSON demands, {@code < > &} and the line
   * separators U+2028 and U+2029 are escaped, so that the text may stand in HTML and JavaScript;
   * unpaired surrogates become U+FFFD.
   */
  public static void quote(StringBuilder out, String text) {
    quote(out, text, true);
  }

  /** As {@link #quote(StringBuilder, String)}, but HTML is no concern, as in zap's log lines. */
  public static void quoteForLog(StringBuilder out, String text) {
    quote(out, text, false);
  }

  private static void quote(StringBuilder out, String text, boolean forHtml) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '<', '>', '&' -> {
          if (forHtml) {
            escape(out, c);
          } else {
            out.append(c);
          }
        }
        case '\u2028', '\u2029' -> escape(out, c);
        default -> {
          if (c < 0x20) {
            escape(out, c);
          } else if (Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1))) {
            out.append(c).append(text.charAt(++i));
          } else if (Character.isSurrogate(c)) {
            out.append("\\ufffd");
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /**
   * As {@link #quote(String)}, of bytes that should be UTF-8; each byte that is not becomes U+FFFD.
   */
  public static String quote(byte[] utf8) {
    StringBuilder out = new StringBuilder(utf8.length + 2).append('"');
    int start = 0;
    int i = 0;
    StringBuilder part = new StringBuilder();
    while (i < utf8.length) {
      int length = Utf8.sequenceLength(utf8, i);
      if (length > 0) {
        i += length;
        continue;
      }
      appendInner(out, part, utf8, start, i);
      out.append("\\ufffd");
      start = ++i;
    }
    appendInner(out, part, utf8, start, i);
    return out.append('"').toString();
  }

  private static void appendInner(
      StringBuilder out, StringBuilder part, byte[] utf8, int start, int end) {
    if (start < end) {
      part.setLength(0);
      quote(part, new String(utf8, start, end - start, StandardCharsets.UTF_8));
      out.append(part, 1, part.length() - 1);
    }
  }

  private static void escape(StringBuilder out, char c) {
    out.append("\\u")
        .append(HEX[c >> 12])
        .append(HEX[(c >> 8) & 15])
        .append(HEX[(c >> 4) & 15])
        .append(HEX[c & 15]);
  }
}
