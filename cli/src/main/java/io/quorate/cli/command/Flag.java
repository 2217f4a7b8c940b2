package io.quorate.cli.command;

import io.quorate.gotext.GoDuration;
import io.quorate.gotext.GoNumber;
import io.quorate.gotext.GoQuote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One flag of a command, its default and, once parsed, its value. One thread. */
public abstract class Flag {
  private final String name;
  private final String shorthand;
  private final String usage;
  private String initial = "";
  private boolean given;
  private List<String> offered = List.of();

  private Flag(String name, String shorthand, String usage) {
    this.name = name;
    this.shorthand = shorthand;
    this.usage = usage;
  }

  public final String name() {
    return name;
  }

  /** One character, or empty. */
  public final String shorthand() {
    return shorthand;
  }

  public final String usage() {
    return usage;
  }

  /** Names the values that shells offer. */
  public final void offer(String... values) {
    offered = List.of(values);
  }

  /** The values that shells offer; none if only the user knows them. */
  public final List<String> offered() {
    return offered;
  }

  /** Whether another use adds to its value. */
  public boolean isList() {
    return false;
  }

  /** Whether it was set, be it to its default. */
  public final boolean isGiven() {
    return given;
  }

  /** The value as Go prints it. */
  public abstract String text();

  /** The default as Go prints it. */
  public final String initialText() {
    return given ? initial : text();
  }

  /** What the standard help page calls the value; empty for booleans. */
  public abstract String kind();

  /** Whether the value is a text, whose default stands in quotes on help pages. */
  public boolean isText() {
    return false;
  }

  /** Whether {@code --f} alone means {@code --f=true}. */
  public boolean isSwitch() {
    return false;
  }

  /** Whether the default is what the kind is without any, and help pages need not name it. */
  final boolean hasZeroDefault() {
    if (isText()) {
      return initialText().isEmpty();
    }
    return switch (initialText()) {
      case "0", "0s", "false", "[]" -> true;
      default -> false;
    };
  }

  /**
   * Takes {@code value}.
   *
   * @throws FlagError if it does not parse
   */
  public final void set(String value) {
    if (!given) {
      initial = text();
    }
    try {
      take(value);
    } catch (IllegalArgumentException e) {
      throw new FlagError(
          "invalid argument "
              + GoQuote.quote(value)
              + " for \""
              + (shorthand.isEmpty() ? "" : "-" + shorthand + ", ")
              + "--"
              + name
              + "\" flag: "
              + e.getMessage());
    }
    given = true;
  }

  /** Throws {@link IllegalArgumentException} with Go's reason. */
  abstract void take(String value);

  /** A text. */
  public static final class Text extends Flag {
    private String value;

    Text(String name, String shorthand, String initial, String usage) {
      super(name, shorthand, usage);
      value = initial;
    }

    public String value() {
      return value;
    }

    @Override
    public String text() {
      return value;
    }

    @Override
    public String kind() {
      return "string";
    }

    @Override
    public boolean isText() {
      return true;
    }

    @Override
    void take(String text) {
      value = text;
    }
  }

  /** True or false. */
  public static final class Bool extends Flag {
    private boolean value;

    Bool(String name, String shorthand, boolean initial, String usage) {
      super(name, shorthand, usage);
      value = initial;
    }

    public boolean value() {
      return value;
    }

    @Override
    public String text() {
      return value ? "true" : "false";
    }

    @Override
    public String kind() {
      return "";
    }

    @Override
    public boolean isSwitch() {
      return true;
    }

    @Override
    void take(String text) {
      value =
          switch (text) {
            case "1", "t", "T", "TRUE", "true", "True" -> true;
            case "0", "f", "F", "FALSE", "false", "False" -> false;
            default ->
                throw new IllegalArgumentException(
                    "strconv.ParseBool: parsing " + GoQuote.quote(text) + ": invalid syntax");
          };
    }
  }

  /** A number; its base is the one its text names. */
  public static final class Int extends Flag {
    private final String kind;
    private long value;

    Int(String name, String kind, long initial, String usage) {
      super(name, "", usage);
      this.kind = kind;
      value = initial;
    }

    public long value() {
      return value;
    }

    @Override
    public String text() {
      return kind.startsWith("u") ? Long.toUnsignedString(value) : Long.toString(value);
    }

    @Override
    public String kind() {
      return kind.equals("int64") ? "int" : kind;
    }

    @Override
    void take(String text) {
      value =
          kind.startsWith("u")
              ? GoNumber.parseUint(text, 0, kind.equals("uint32") ? 32 : 64)
              : GoNumber.parseInt(text, 0, 64);
    }
  }

  /** A Go duration. */
  public static final class Time extends Flag {
    private Duration value;

    Time(String name, Duration initial, String usage) {
      super(name, "", usage);
      value = initial;
    }

    public Duration value() {
      return value;
    }

    @Override
    public String text() {
      return GoDuration.format(value);
    }

    @Override
    public String kind() {
      return "duration";
    }

    @Override
    void take(String text) {
      value = GoDuration.parse(text);
    }
  }

  /** Words between commas. The first use replaces the default, further ones append. */
  public static final class Words extends Flag {
    private List<String> value;

    Words(String name, List<String> initial, String usage) {
      super(name, "", usage);
      value = initial;
    }

    public List<String> value() {
      return value;
    }

    @Override
    public String text() {
      return "[" + String.join(",", value) + "]";
    }

    @Override
    public String kind() {
      return "strings";
    }

    @Override
    public boolean isList() {
      return true;
    }

    @Override
    void take(String text) {
      List<String> words = CommaSeparated.record(text);
      if (isGiven()) {
        List<String> all = new ArrayList<>(value);
        all.addAll(words);
        value = List.copyOf(all);
      } else {
        value = words;
      }
    }
  }
}
