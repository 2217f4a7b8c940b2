package io.quorate.gotext;

import java.math.BigDecimal;
import java.math.MathContext;

/** Floating-point numbers as Go's strconv writes them. */
public final class GoFloat {
  private static final int SMALLEST_PLAIN_EXPONENT = -4;
  private static final int LARGEST_PLAIN_EXPONENT = 5;

  private GoFloat() {}

  /**
   * The fewest digits that read back as {@code value}, as {@code strconv.FormatFloat(value, 'g',
   * -1, 64)} writes them: 123456, but 1.234567e+06; 0.0001, but 1e-05.
   */
  public static String shortest(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e6) {
      return value == 0 && 1 / value < 0 ? "-0" : Long.toString((long) value);
    }
    BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    // Java prefers two digits that are nearer to one that suffices: 4.9E-324.
    BigDecimal oneDigit = exact.round(new MathContext(1));
    if (exact.precision() == 2 && oneDigit.doubleValue() == value) {
      exact = oneDigit;
    }
    String digits = exact.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - exact.scale();
    if (exponent >= SMALLEST_PLAIN_EXPONENT && exponent <= LARGEST_PLAIN_EXPONENT) {
      return exact.toPlainString();
    }
    var out = new StringBuilder(24);
    if (value < 0) {
      out.append('-');
    }
    out.append(digits.charAt(0));
    if (digits.length() > 1) {
      out.append('.').append(digits, 1, digits.length());
    }
    out.append(exponent < 0 ? "e-" : "e+");
    int size = Math.abs(exponent);
    return out.append(size < 10 ? "0" : "").append(size).toString();
  }
}
