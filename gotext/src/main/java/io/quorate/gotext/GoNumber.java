package io.quorate.gotext;

/** Integers as Go's strconv reads them, with its error texts. */
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
    requireDigits("ParseInt", text, digits, base);
    try {
      long value = Long.parseLong(negative ? "-" + digits : digits, base);
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
    requireDigits("ParseUint", text, text, base);
    try {
      long value = Long.parseUnsignedLong(text, base);
      if (bits == 64 || Long.compareUnsigned(value, 1L << bits) < 0) {
        return value;
      }
    } catch (NumberFormatException _) {
      // digits alone, so there are too many of them
    }
    throw outOfRange("ParseUint", text);
  }

  private static void requireDigits(String function, String text, String digits, int base) {
    boolean valid = !digits.isEmpty();
    for (int i = 0; i < digits.length() && valid; i++) {
      char c = digits.charAt(i);
      valid = c < 0x80 && Character.digit(c, base) >= 0;
    }
    if (!valid) {
      throw new NumberFormatException(
          "strconv." + function + ": parsing " + GoQuote.quote(text) + ": invalid syntax");
    }
  }

  private static NumberFormatException outOfRange(String function, String text) {
    return new NumberFormatException(
        "strconv." + function + ": parsing " + GoQuote.quote(text) + ": value out of range");
  }
}
