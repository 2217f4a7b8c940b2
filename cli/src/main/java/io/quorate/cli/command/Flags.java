package io.quorate.cli.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Flags by name, parsed by the rules of Go's pflag (spec/ctl.md 1.1): {@code --name=v}, {@code
 * --name v}, {@code -n v}, {@code -nv}, {@code -n=v}, between arguments too; {@code --} ends them.
 * One thread.
 */
public final class Flags {
  private final TreeMap<String, Flag> byName = new TreeMap<>();

  public Flag.Text text(String name, String initial, String usage) {
    return text(name, "", initial, usage);
  }

  public Flag.Text text(String name, String shorthand, String initial, String usage) {
    return add(new Flag.Text(name, shorthand, initial, usage));
  }

  public Flag.Bool bool(String name, boolean initial, String usage) {
    return bool(name, "", initial, usage);
  }

  public Flag.Bool bool(String name, String shorthand, boolean initial, String usage) {
    return add(new Flag.Bool(name, shorthand, initial, usage));
  }

  public Flag.Int int64(String name, long initial, String usage) {
    return add(new Flag.Int(name, "int64", initial, usage));
  }

  public Flag.Int uint64(String name, long initial, String usage) {
    return add(new Flag.Int(name, "uint64", initial, usage));
  }

  public Flag.Time time(String name, Duration initial, String usage) {
    return add(new Flag.Time(name, initial, usage));
  }

  public Flag.Words words(String name, List<String> initial, String usage) {
    return add(new Flag.Words(name, initial, usage));
  }

  <F extends Flag> F add(F flag) {
    if (byName.put(flag.name(), flag) != null) {
      throw new AssertionError("flag redefined: " + flag.name());
    }
    return flag;
  }

  /** Takes the flags of {@code others} too, but for those whose names are here already. */
  public void addMissing(Flags others) {
    for (Flag flag : others.byName.values()) {
      byName.putIfAbsent(flag.name(), flag);
    }
  }

  /** All, in the order of their names. */
  public Collection<Flag> all() {
    return byName.values();
  }

  public boolean isEmpty() {
    return byName.isEmpty();
  }

  public Optional<Flag> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  public Optional<Flag> findShort(char shorthand) {
    for (Flag flag : byName.values()) {
      if (flag.shorthand().length() == 1 && flag.shorthand().charAt(0) == shorthand) {
        return Optional.of(flag);
      }
    }
    return Optional.empty();
  }

  /**
   * Sets the flags that {@code words} hold.
   *
   * @return the arguments that are left
   * @throws FlagError with pflag's message
   */
  public List<String> parse(List<String> words) {
    List<String> arguments = new ArrayList<>(words.size());
    int next = 0;
    while (next < words.size()) {
      String word = words.get(next++);
      if (word.length() < 2 || word.charAt(0) != '-') {
        arguments.add(word);
      } else if (word.equals("--")) {
        arguments.addAll(words.subList(next, words.size()));
        break;
      } else if (word.charAt(1) == '-') {
        next = longFlag(word, words, next);
      } else {
        next = shortFlags(word, words, next);
      }
    }
    return arguments;
  }

  private int longFlag(String word, List<String> words, int next) {
    char first = word.charAt(2);
    if (first == '-' || first == '=') {
      throw new FlagError("bad flag syntax: " + word);
    }
    int equals = word.indexOf('=');
    String name = word.substring(2, equals < 0 ? word.length() : equals);
    Flag flag = byName.get(name);
    if (flag == null) {
      if (name.equals("help")) {
        throw new HelpWanted();
      }
      throw new FlagError("unknown flag: --" + name);
    }
    if (equals >= 0) {
      flag.set(word.substring(equals + 1));
    } else if (flag.isSwitch()) {
      flag.set("true");
    } else if (next < words.size()) {
      flag.set(words.get(next));
      return next + 1;
    } else {
      throw new FlagError("flag needs an argument: --" + name);
    }
    return next;
  }

  private int shortFlags(String word, List<String> words, int next) {
    for (int i = 1; i < word.length(); i++) {
      char c = word.charAt(i);
      Optional<Flag> found = findShort(c);
      if (found.isEmpty()) {
        if (c == 'h') {
          throw new HelpWanted();
        }
        throw new FlagError(
            "unknown shorthand flag: " + quotedChar(c) + " in -" + word.substring(i));
      }
      Flag flag = found.get();
      String rest = word.substring(i + 1);
      if (rest.length() > 1 && rest.charAt(0) == '=') {
        flag.set(rest.substring(1));
        return next;
      } else if (flag.isSwitch()) {
        flag.set("true");
      } else if (!rest.isEmpty()) {
        flag.set(rest);
        return next;
      } else if (next < words.size()) {
        flag.set(words.get(next));
        return next + 1;
      } else {
        throw new FlagError("flag needs an argument: " + quotedChar(c) + " in -" + c);
      }
    }
    return next;
  }

  private static String quotedChar(char c) {
    String quoted = io.quorate.gotext.GoQuote.quote(String.valueOf(c));
    return c == '\''
        ? "'\\''"
        : c == '"' ? "'\"'" : "'" + quoted.substring(1, quoted.length() - 1) + "'";
  }

  /** {@code -h} or {@code --help} where no such flag was declared. */
  public static final class HelpWanted extends RuntimeException {
    HelpWanted() {
      super("pflag: help requested", null, false, false);
    }
  }
}
