package io.quorate.gotext;

/**
 * Integers as Go's strconv reads them, with its error texts. Base 0 means the base that the text
 * names, {@code 0x}, {@code 0b}, {@code 0o} or {@code 0}, else ten; there, {@code _} may stand
 * between digits.
 */
public final class GoNumber {
  private GoNumber() {}

  /**
   * A signed integer of at most {@code bits} bits in {@code base}, with an optional sign.
   *
   * @throws NumberFormatException {@code strconv.ParseInt: parsing "x": invalid syntax}, or {@code
   *     …: value out of range}
   */
  public static long parseInt(String text, int base, int bits) {
    boolean negative = text.startsWith("-");
    String digits = negative || text.startsWith("+") ? text.substring(1) : text;
    int radix = base == 0 ? radix(digits) : base;
    digits = base == 0 ? bare("ParseInt", text, digits) : digits;
    requireDigits("ParseInt", text, digits, radix);
    try {
      long value = Long.parseLong(negative ? "-" + digits : digits, radix);
      if (bits == 64 || value >= -(1L << (bits - 1)) && value < 1L << (bits - 1)) {
        return value;
      }
    } catch (NumberFormatException _) {
      // digits alone, so there are too many of them
    }
    throw outOfRange("ParseInt", text);
  }

  /**
   * An unsigned integer of at most {@code bits} bits in {@code base}, without a sign.
   *
   * @throws NumberFormatException {@code strconv.ParseUint: parsing "x": invalid syntax}, or {@code
   *     …: value out of range}
   */
  public static long parseUint(String text, int base, int bits) {
    int radix = base == 0 ? radix(text) : base;
    String digits = base == 0 ? bare("ParseUint", text, text) : text;
    requireDigits("ParseUint", text, digits, radix);
    try {
      long value = Long.parseUnsignedLong(digits, radix);
      if (bits == 64 || Long.compareUnsigned(value, 1L << bits) < 0) {
        return value;
      }
    } catch (NumberFormatException _) {
      // digits alone, so there are too many of them
    }
    throw outOfRange("ParseUint", text);
  }

  private static int radix(String digits) {
    if (digits.length() < 2 || digits.charAt(0) != '0') {
      return 10;
    }
    return switch (digits.charAt(1)) {
      case 'x', 'X' -> 16;
      case 'b', 'B' -> 2;
      default -> 8;
    };
  }

  /** The digits without base prefix and underscores. */
  private static String bare(String function, String text, String digits) {
    int from = 0;
    boolean prefixed = digits.length() > 1 && digits.charAt(0) == '0';
    if (prefixed) {
      from =
          switch (digits.charAt(1)) {
            case 'x', 'X', 'b', 'B', 'o', 'O' -> 2;
            default -> 1;
          };
    }
    boolean separable = prefixed; // a prefix counts as a digit before an underscore
    StringBuilder bare = new StringBuilder(digits.length());
    for (int i = from; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c != '_') {
        bare.append(c);
        separable = true;
      } else if (separable && i + 1 < digits.length()) {
        separable = false;
      } else {
        throw invalidSyntax(function, text);
      }
    }
    return bare.toString();
  }

  private static void requireDigits(String function, String text, String digits, int base) {
    boolean valid = !digits.isEmpty();
    for (int i = 0; i < digits.length() && valid; i++) {
      char c = digits.charAt(i);
      valid = c < 0x80 && Character.digit(c, base) >= 0;
    }
    if (!valid) {
      throw invalidSyntax(function, text);
    }
  }

  private static NumberFormatException invalidSyntax(String function, String text) {
    return new NumberFormatException(
        "strconv." + function + ": parsing " + GoQuote.quote(text) + ": invalid syntax");
  }

  private static NumberFormatException outOfRange(String function, String text) {
    return new NumberFormatException(
        "strconv." + function + ": parsing " + GoQuote.quote(text) + ": value out of range");
  }
}
