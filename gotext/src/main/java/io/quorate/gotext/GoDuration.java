package io.quorate.gotext;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;

/** Durations as Go writes and reads them: {@code 1h0m0s}, {@code 1.5ms}, {@code 1µs}. */
public final class GoDuration {
  private static final BigDecimal LARGEST = new BigDecimal(Long.MAX_VALUE);

  /** How far below zero it goes, which is one further. */
  private static final BigDecimal LARGEST_NEGATED = LARGEST.add(BigDecimal.ONE);

  private GoDuration() {}

  /** {@code duration} as {@code time.Duration.String}. */
  public static String format(Duration duration) {
    return format(duration.toNanos());
  }

  /** {@code nanos} as {@code time.Duration.String}. */
  public static String format(long nanos) {
    if (nanos == 0) {
      return "0s";
    }
    BigInteger size = BigInteger.valueOf(nanos).abs();
    String sign = nanos < 0 ? "-" : "";
    if (size.compareTo(BigInteger.valueOf(1_000_000_000)) < 0) {
      long n = size.longValueExact();
      if (n < 1_000) {
        return sign + n + "ns";
      }
      return n < 1_000_000 ? sign + decimal(n, 3) + "µs" : sign + decimal(n, 6) + "ms";
    }
    BigInteger[] minutesAndRest = size.divideAndRemainder(BigInteger.valueOf(60_000_000_000L));
    long minutes = minutesAndRest[0].longValueExact();
    String seconds = decimal(minutesAndRest[1].longValueExact(), 9) + "s";
    if (minutes == 0) {
      return sign + seconds;
    }
    return minutes < 60
        ? sign + minutes + "m" + seconds
        : sign + minutes / 60 + "h" + minutes % 60 + "m" + seconds;
  }

  /**
   * Reads {@code text} as {@code time.ParseDuration}.
   *
   * @throws IllegalArgumentException with Go's message
   */
  public static Duration parse(String text) {
    String rest = text;
    boolean negative = rest.startsWith("-");
    if (negative || rest.startsWith("+")) {
      rest = rest.substring(1);
    }
    if (rest.equals("0")) {
      return Duration.ZERO;
    }
    if (rest.isEmpty()) {
      throw invalid(text);
    }
    BigDecimal nanos = BigDecimal.ZERO;
    int at = 0;
    while (at < rest.length()) {
      int numberEnd = at;
      int dots = 0;
      while (numberEnd < rest.length() && isNumberPart(rest.charAt(numberEnd))) {
        dots += rest.charAt(numberEnd) == '.' ? 1 : 0;
        numberEnd++;
      }
      String number = rest.substring(at, numberEnd);
      if (number.isEmpty() || number.equals(".") || dots > 1 || isTooLong(number)) {
        throw invalid(text);
      }
      int unitEnd = numberEnd;
      while (unitEnd < rest.length() && !isNumberPart(rest.charAt(unitEnd))) {
        unitEnd++;
      }
      String unit = rest.substring(numberEnd, unitEnd);
      if (unit.isEmpty()) {
        throw new IllegalArgumentException("time: missing unit in duration " + GoQuote.quote(text));
      }
      nanos = nanos.add(nanosOf(number, unit, text));
      if (nanos.compareTo(negative ? LARGEST_NEGATED : LARGEST) > 0) {
        throw invalid(text);
      }
      at = unitEnd;
    }
    return Duration.ofNanos((negative ? nanos.negate() : nanos).longValueExact());
  }

  /** Beyond any count of any unit, which is said before the unit is looked at. */
  private static boolean isTooLong(String number) {
    int dot = number.indexOf('.');
    String whole = dot < 0 ? number : number.substring(0, dot);
    return !whole.isEmpty() && new BigDecimal(whole).compareTo(LARGEST_NEGATED) > 0;
  }

  private static BigDecimal nanosOf(String number, String unit, String text) {
    long perUnit =
        switch (unit) {
          case "ns" -> 1L;
          case "us", "µs", "μs" -> 1_000L;
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          default ->
              throw new IllegalArgumentException(
                  "time: unknown unit "
                      + GoQuote.quote(unit)
                      + " in duration "
                      + GoQuote.quote(text));
        };
    String digits = number.startsWith(".") ? "0" + number : number;
    digits = digits.endsWith(".") ? digits + "0" : digits;
    return new BigDecimal(digits)
        .multiply(BigDecimal.valueOf(perUnit))
        .setScale(0, RoundingMode.DOWN);
  }

  private static boolean isNumberPart(char c) {
    return c == '.' || c >= '0' && c <= '9';
  }

  private static IllegalArgumentException invalid(String text) {
    return new IllegalArgumentException("time: invalid duration " + GoQuote.quote(text));
  }

  /** {@code value / 10^places} without trailing zeros. */
  private static String decimal(long value, int places) {
    return BigDecimal.valueOf(value, places).stripTrailingZeros().toPlainString();
  }
}
