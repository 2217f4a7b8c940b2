package io.quorate.cli;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Flags by name, parsed by the rules of Go's {@code flag} package (spec/server.md 1.1): {@code -f},
 * {@code --f}, {@code --f=v}, {@code --f v}; a boolean takes a value only behind {@code =}; {@code
 * --} or the first word that is no flag ends parsing; the last of several wins. One thread.
 */
public final class FlagSet {
  private final SortedMap<String, FlagValue> flags = new TreeMap<>();
  private final Set<String> given = new LinkedHashSet<>();

  /** Adds a flag; {@code value} keeps what it is set to. */
  public <V extends FlagValue> V add(String name, V value) {
    if (flags.put(name, value) != null) {
      throw new AssertionError("flag redefined: " + name);
    }
    return value;
  }

  /** All flags, in order of their names. */
  public SortedMap<String, FlagValue> flags() {
    return flags;
  }

  /** Whether {@code name} was set by {@link #parse} or {@link #set}. */
  public boolean isGiven(String name) {
    return given.contains(name);
  }

  /** The value of {@code name} as Go prints it. */
  public String text(String name) {
    FlagValue value = flags.get(name);
    if (value == null) {
      throw new FlagException("no such flag -" + name);
    }
    return value.text();
  }

  /** Sets {@code name} as if the command line had. Throws {@link FlagValue.Refused}. */
  public void set(String name, String text) {
    FlagValue value = flags.get(name);
    if (value == null) {
      throw new FlagException("no such flag -" + name);
    }
    value.set(text);
    given.add(name);
  }

  /**
   * Parses {@code arguments}.
   *
   * @return the words that are left behind the flags
   * @throws FlagException with Go's message
   * @throws HelpRequested on {@code -h} and {@code -help} where no such flag exists
   */
  public List<String> parse(List<String> arguments) {
    int next = 0;
    while (next < arguments.size()) {
      String word = arguments.get(next);
      if (word.length() < 2 || word.charAt(0) != '-') {
        break;
      }
      int dashes = word.charAt(1) == '-' ? 2 : 1;
      next++;
      if (word.equals("--")) {
        break;
      }
      String body = word.substring(dashes);
      if (body.isEmpty() || body.charAt(0) == '-' || body.charAt(0) == '=') {
        throw new FlagException("bad flag syntax: " + word);
      }
      int equals = body.indexOf('=', 1);
      String name = equals < 0 ? body : body.substring(0, equals);
      FlagValue value = flags.get(name);
      if (value == null) {
        if (name.equals("help") || name.equals("h")) {
          throw new HelpRequested();
        }
        throw new FlagException("flag provided but not defined: -" + name);
      }
      if (equals >= 0) {
        take(name, value, body.substring(equals + 1));
      } else if (value.isBoolean()) {
        take(name, value, "true");
      } else if (next < arguments.size()) {
        take(name, value, arguments.get(next++));
      } else {
        throw new FlagException("flag needs an argument: -" + name);
      }
    }
    return List.copyOf(arguments.subList(next, arguments.size()));
  }

  private void take(String name, FlagValue value, String text) {
    try {
      value.set(text);
    } catch (FlagValue.Refused refused) {
      String kind = value.isBoolean() ? "boolean value" : "value";
      String flag = value.isBoolean() ? " for -" : " for flag -";
      throw new FlagException(
          "invalid "
              + kind
              + " "
              + GoValues.quoted(text)
              + flag
              + name
              + ": "
              + refused.getMessage());
    }
    given.add(name);
  }

  /** The user asked for help. */
  public static final class HelpRequested extends RuntimeException {
    HelpRequested() {
      super("flag: help requested", null, false, false);
    }
  }
}
