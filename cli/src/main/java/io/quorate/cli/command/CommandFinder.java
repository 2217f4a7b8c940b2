package io.quorate.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which command a command line means (spec/ctl.md 1.1): names may be cut short as long as one
 * command alone begins with them, and flags may stand before them.
 */
public final class CommandFinder {
  private static final int NEAR = 2;

  private CommandFinder() {}

  /** The command, and the words without the names that led to it. */
  public record Found(CommandPath path, List<String> words) {}

  /** The root has no such command. */
  public static final class UnknownCommand extends RuntimeException {
    UnknownCommand(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * @throws UnknownCommand if the root has no command of that name
   */
  public static Found find(Command root, List<String> words) {
    CommandPath path = CommandPath.root(root);
    List<String> rest = words;
    while (true) {
      List<String> names = arguments(path, rest);
      Optional<Command> child =
          names.isEmpty() ? Optional.empty() : child(path.command(), names.getFirst());
      if (child.isEmpty()) {
        if (path.isRoot() && !names.isEmpty() && !root.subcommands().isEmpty()) {
          throw new UnknownCommand(
              "unknown command "
                  + io.quorate.gotext.GoQuote.quote(names.getFirst())
                  + " for "
                  + io.quorate.gotext.GoQuote.quote(root.name())
                  + suggestions(root, names.getFirst()));
        }
        return new Found(path, rest);
      }
      rest = without(path, rest, names.getFirst());
      path = path.to(child.get());
    }
  }

  /** The command of that name, or the only one whose name begins so. */
  private static Optional<Command> child(Command parent, String word) {
    List<String> names = parent.subcommands();
    if (names.contains(word) || parent.hiddenSubcommands().contains(word)) {
      return Optional.of(parent.subcommand(word));
    }
    String only = "";
    for (String name : names) {
      if (name.startsWith(word)) {
        if (!only.isEmpty()) {
          return Optional.empty();
        }
        only = name;
      }
    }
    return only.isEmpty() ? Optional.empty() : Optional.of(parent.subcommand(only));
  }

  /** The words that are neither flags nor, as far as can be told here, flags' values. */
  private static List<String> arguments(CommandPath path, List<String> words) {
    Flags flags = path.allFlags();
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals("--")) {
        break;
      } else if (takesNext(word, flags)) {
        if (i + 1 >= words.size()) {
          break;
        }
        i++;
      } else if (!word.isEmpty() && word.charAt(0) != '-') {
        arguments.add(word);
      }
    }
    return arguments;
  }

  /** Unknown flags are taken to have values, and the one for help is not known yet. */
  private static boolean takesNext(String word, Flags flags) {
    if (word.equals("-h") || word.equals("--help")) {
      return true;
    }
    if (word.indexOf('=') >= 0 || word.length() < 2 || word.charAt(0) != '-') {
      return false;
    }
    if (word.charAt(1) == '-') {
      Optional<Flag> flag = flags.find(word.substring(2));
      return flag.isEmpty() || !flag.get().isSwitch();
    }
    Optional<Flag> flag = flags.findShort(word.charAt(1));
    return word.length() == 2 && (flag.isEmpty() || !flag.get().isSwitch());
  }

  /** {@code words} without the first {@code name} that is no flag's value. */
  private static List<String> without(CommandPath path, List<String> words, String name) {
    Flags flags = path.allFlags();
    List<String> rest = new ArrayList<>(words);
    for (int i = 0; i < rest.size(); i++) {
      String word = rest.get(i);
      if (word.equals("--")) {
        break;
      } else if (takesNext(word, flags)) {
        i++;
      } else if (word.equals(name)) {
        rest.remove(i);
        break;
      }
    }
    return rest;
  }

  private static String suggestions(Command root, String word) {
    StringBuilder text = new StringBuilder();
    String lower = word.toLowerCase(Locale.ROOT);
    for (String name : root.subcommands()) {
      if (name.toLowerCase(Locale.ROOT).startsWith(lower) || distance(lower, name) <= NEAR) {
        text.append(text.isEmpty() ? "\n\nDid you mean this?\n\t" : "\t").append(name).append('\n');
      }
    }
    return text.toString();
  }

  /** How many letters must be put in, taken out or replaced to make one word the other. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
