package io.quorate.cli;

import java.math.BigInteger;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The kinds of value that Go's {@code flag} package and etcd's own flags know. */
public final class GoValues {
  private static final BigInteger MAX_UINT64 =
      BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
  private static final BigInteger MAX_INT64 = BigInteger.valueOf(Long.MAX_VALUE);
  private static final BigInteger MIN_INT64 = BigInteger.valueOf(Long.MIN_VALUE);

  private GoValues() {}

  static String quoted(String text) {
    return io.quorate.gotext.GoQuote.quote(text);
  }

  /** A text. */
  public static final class Text implements FlagValue {
    private String value;

    public Text(String initial) {
      value = initial;
    }

    public String value() {
      return value;
    }

    @Override
    public void set(String text) {
      value = text;
    }

    @Override
    public String text() {
      return value;
    }
  }

  /** A boolean: {@code 1 t T TRUE true True 0 f F FALSE false False}. */
  public static final class Flag implements FlagValue {
    private boolean value;

    public Flag(boolean initial) {
      value = initial;
    }

    public boolean value() {
      return value;
    }

    @Override
    public void set(String text) {
      value = parseBoolean(text);
    }

    @Override
    public String text() {
      return Boolean.toString(value);
    }

    @Override
    public boolean isBoolean() {
      return true;
    }
  }

  /** An ignored boolean-style flag: takes anything behind {@code =}, means nothing. */
  public static final class Ignored implements FlagValue {
    private final String name;

    public Ignored(String name) {
      this.name = name;
    }

    public String name() {
      return name;
    }

    @Override
    public void set(String text) {}

    @Override
    public String text() {
      return "";
    }

    @Override
    public boolean isBoolean() {
      return true;
    }
  }

  /** A number; unsigned 64-bit ones keep their bits in a long. */
  public static final class Int implements FlagValue {
    private final boolean signed;
    private long value;

    private Int(boolean signed, long initial) {
      this.signed = signed;
      value = initial;
    }

    public static Int signed(long initial) {
      return new Int(true, initial);
    }

    public static Int unsigned(long initial) {
      return new Int(false, initial);
    }

    public boolean isSigned() {
      return signed;
    }

    public long value() {
      return value;
    }

    @Override
    public void set(String text) {
      BigInteger number = parseInteger(text, signed);
      boolean fits =
          signed
              ? number.compareTo(MIN_INT64) >= 0 && number.compareTo(MAX_INT64) <= 0
              : number.compareTo(MAX_UINT64) <= 0;
      if (!fits) {
        throw new FlagValue.Refused("value out of range");
      }
      value = number.longValue();
    }

    @Override
    public String text() {
      return signed ? Long.toString(value) : Long.toUnsignedString(value);
    }
  }

  /** An unsigned 32-bit number; its errors are those of {@code strconv.ParseUint}. */
  public static final class Uint32 implements FlagValue {
    private long value;

    public Uint32(long initial) {
      value = initial;
    }

    public long value() {
      return value;
    }

    @Override
    public void set(String text) {
      try {
        BigInteger number = parseInteger(text, false);
        if (number.bitLength() > 32) {
          throw new FlagValue.Refused(
              "strconv.ParseUint: parsing " + quoted(text) + ": value out of range");
        }
        value = number.longValue();
      } catch (FlagValue.Refused refused) {
        throw "parse error".equals(refused.getMessage())
            ? new FlagValue.Refused(
                "strconv.ParseUint: parsing " + quoted(text) + ": invalid syntax")
            : refused;
      }
    }

    @Override
    public String text() {
      return Long.toString(value);
    }
  }

  /** A Go duration. */
  public static final class Time implements FlagValue {
    private Duration value;

    public Time(Duration initial) {
      value = initial;
    }

    public Duration value() {
      return value;
    }

    @Override
    public void set(String text) {
      try {
        value = io.quorate.gotext.GoDuration.parse(text);
      } catch (IllegalArgumentException e) {
        throw new FlagValue.Refused("parse error");
      }
    }

    @Override
    public String text() {
      return io.quorate.gotext.GoDuration.format(value);
    }
  }

  /** One of a list of words. */
  public static final class Choice implements FlagValue {
    private final Set<String> choices;
    private String value;

    public Choice(String initial, String... others) {
      var all = new LinkedHashSet<String>();
      all.add(initial);
      all.addAll(List.of(others));
      choices = all;
      value = initial;
    }

    public String value() {
      return value;
    }

    /** Whether the value is one of the choices; only {@link #setAnything} can make it another. */
    public boolean isChosen() {
      return choices.contains(value);
    }

    /** Takes a text that is judged later. */
    public void setAnything(String text) {
      value = text;
    }

    @Override
    public void set(String text) {
      if (!choices.contains(text)) {
        throw new FlagValue.Refused("invalid value");
      }
      value = text;
    }

    @Override
    public String text() {
      return value;
    }
  }

  /**
   * Words between commas, in order; {@code unique} ones are a sorted set. An empty text that is set
   * is one empty word; only the default may be none at all.
   */
  public static final class Words implements FlagValue {
    private final boolean unique;
    private List<String> value;

    public Words(boolean unique, String initial) {
      this.unique = unique;
      value = initial.isEmpty() ? List.of() : split(initial);
    }

    public List<String> value() {
      return value;
    }

    @Override
    public void set(String text) {
      value = split(text);
    }

    private List<String> split(String text) {
      List<String> words = List.of(text.split(",", -1));
      return unique ? words.stream().distinct().sorted().toList() : words;
    }

    @Override
    public String text() {
      return String.join(",", value);
    }
  }

  /** {@code strconv.ParseBool}. */
  public static boolean parseBoolean(String text) {
    return switch (text) {
      case "1", "t", "T", "TRUE", "true", "True" -> true;
      case "0", "f", "F", "FALSE", "false", "False" -> false;
      default -> throw new FlagValue.Refused("parse error");
    };
  }

  /** {@code strconv.ParseInt} or {@code ParseUint} with base 0, without a limit on the size. */
  private static BigInteger parseInteger(String text, boolean signed) {
    String digits = text;
    boolean negative = false;
    if (signed && (text.startsWith("-") || text.startsWith("+"))) {
      negative = text.charAt(0) == '-';
      digits = text.substring(1);
    }
    int base = 10;
    String lower = digits.toLowerCase(Locale.ROOT);
    boolean prefixed = false;
    if (lower.startsWith("0x") || lower.startsWith("0b") || lower.startsWith("0o")) {
      base = lower.charAt(1) == 'x' ? 16 : lower.charAt(1) == 'b' ? 2 : 8;
      digits = digits.substring(2);
      prefixed = true;
    } else if (digits.length() > 1 && digits.charAt(0) == '0') {
      base = 8;
      digits = digits.substring(1);
      prefixed = true;
    }
    if (!underscoresFit(digits, prefixed)) {
      throw new FlagValue.Refused("parse error");
    }
    digits = digits.replace("_", "");
    if (digits.isEmpty() || !hasOnlyDigits(digits, base)) {
      throw new FlagValue.Refused("parse error");
    }
    BigInteger number = new BigInteger(digits, base);
    return negative ? number.negate() : number;
  }

  private static boolean hasOnlyDigits(String digits, int base) {
    return digits.chars().allMatch(c -> c < 128 && Character.digit(c, base) >= 0);
  }

  /** Underscores stand between digits only, of which a base prefix is one. */
  private static boolean underscoresFit(String digits, boolean prefixed) {
    if (!digits.contains("_")) {
      return true;
    }
    return (prefixed || !digits.startsWith("_")) && !digits.endsWith("_") && !digits.contains("__");
  }
}
