package io.quorate.rpc;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Header {@code grpc-timeout}: at most eight digits and a unit. A timeout is written in the finest
 * unit that its digits fit, rounded up, so that the server never gives up before its client.
 */
public final class Timeouts {
  private static final int MAX_DIGITS = 8;
  private static final long MAX_VALUE = 99_999_999;
  private static final String UNITS = "numSMH";
  private static final long[] NANOS = {
    1, 1_000, 1_000_000, 1_000_000_000, 60_000_000_000L, 3_600_000_000_000L
  };

  private Timeouts() {}

  /** The header value for what is left; {@code 0n} when nothing is. */
  public static String format(long nanos) {
    if (nanos <= 0) {
      return "0n";
    }
    int unit = 0;
    while (unit < NANOS.length - 1 && ceiling(nanos, NANOS[unit]) > MAX_VALUE) {
      unit++;
    }
    return Long.toString(ceiling(nanos, NANOS[unit])).concat(UNITS.substring(unit, unit + 1));
  }

  private static long ceiling(long nanos, long unit) {
    return nanos / unit + (nanos % unit == 0 ? 0 : 1);
  }

  /**
   * The timeout in nanoseconds, at most {@link Long#MAX_VALUE}; empty when {@code value} is not
   * one.
   */
  public static OptionalLong parse(String value) {
    int digits = value.length() - 1;
    if (digits < 1 || digits > MAX_DIGITS) {
      return OptionalLong.empty();
    }
    int unit = UNITS.indexOf(value.charAt(digits));
    if (unit < 0) {
      return OptionalLong.empty();
    }
    long number = 0;
    for (int i = 0; i < digits; i++) {
      char c = value.charAt(i);
      if (c < '0' || c > '9') {
        return OptionalLong.empty();
      }
      number = number * 10 + (c - '0');
    }
    return OptionalLong.of(
        number > Long.MAX_VALUE / NANOS[unit] ? Long.MAX_VALUE : number * NANOS[unit]);
  }

  /** Why {@link #parse} does not take {@code value}, in Go's words; empty when it does. */
  public static Optional<String> fault(String value) {
    if (parse(value).isPresent()) {
      return Optional.empty();
    }
    int digits = value.length() - 1;
    if (digits < 1) {
      return Optional.of("transport: timeout string is too short: \"" + value + '"');
    }
    if (digits > MAX_DIGITS) {
      return Optional.of("transport: timeout string is too long: \"" + value + '"');
    }
    if (UNITS.indexOf(value.charAt(digits)) < 0) {
      return Optional.of("transport: timeout unit is not recognized: \"" + value + '"');
    }
    return Optional.of(
        "strconv.ParseUint: parsing \"" + value.substring(0, digits) + "\": invalid syntax");
  }
}
