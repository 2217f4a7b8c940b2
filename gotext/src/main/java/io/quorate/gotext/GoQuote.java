package io.quorate.gotext;

/**
 * Texts in Go's double quotes: {@code %q} and {@code strconv.Quote}. Bytes that are not UTF-8 are
 * those of {@link RawText}.
 */
public final class GoQuote {
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private GoQuote() {}

  /** {@code text} in double quotes, with what Go does not print escaped. */
  public static String quote(String text) {
    var out = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      switch (c) {
        case '"', '\\' -> out.append('\\').append((char) c);
        case 7 -> out.append("\\a");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case 11 -> out.append("\\v");
        default -> append(out, c);
      }
    }
    return out.append('"').toString();
  }

  /**
   * The text within the double quotes or back quotes of a Go literal.
   *
   * @throws IllegalArgumentException {@code invalid syntax} if {@code literal} is none
   */
  public static String unquote(String literal) {
    int end = literal.length() - 1;
    char quote = end < 1 ? 0 : literal.charAt(0);
    if ((quote != '"' && quote != '`') || literal.charAt(end) != quote) {
      throw new IllegalArgumentException("invalid syntax");
    }
    String inner = literal.substring(1, end);
    if (inner.indexOf(quote == '`' ? '`' : '\n') >= 0) {
      throw new IllegalArgumentException("invalid syntax");
    }
    if (quote == '`' || (inner.indexOf('\\') < 0 && inner.indexOf('"') < 0)) {
      return inner;
    }
    return Escapes.decode(inner);
  }

  private static void append(StringBuilder out, int c) {
    if (isPrintable(c)) {
      out.appendCodePoint(c);
    } else if (RawText.isByte(c)) {
      hex(out.append("\\x"), c & 0xff, 2);
    } else if (c < 0x20 || c == 0x7f) {
      hex(out.append("\\x"), c, 2);
    } else if (Character.isBmpCodePoint(c)) {
      hex(out.append("\\u"), Character.isSurrogate((char) c) ? 0xfffd : c, 4);
    } else {
      hex(out.append("\\U"), c, 8);
    }
  }

  /** Letters, marks, numbers, punctuation, symbols and the ASCII space, as Go counts them. */
  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }

  private static void hex(StringBuilder out, int value, int digits) {
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
      out.append(HEX[value >> shift & 15]);
    }
  }
}
