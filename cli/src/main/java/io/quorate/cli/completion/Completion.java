package io.quorate.cli.completion;

import io.quorate.cli.command.Candidate;
import io.quorate.cli.command.Command;
import io.quorate.cli.command.CommandFinder;
import io.quorate.cli.command.Flag;
import io.quorate.cli.command.FlagError;
import io.quorate.cli.command.Flags;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The candidates for the last word of an unfinished command line: names of commands, names of
 * flags, values of flags, arguments. As cobra finds them, seen from outside.
 *
 * @param problem why there can be none, may be empty
 */
public record Completion(List<Candidate> candidates, Directive directive, String problem) {
  private static Completion of(List<Candidate> candidates, Directive directive) {
    return new Completion(candidates, directive, "");
  }

  private static Completion failed(String problem) {
    return new Completion(List.of(), Directive.DEFAULT, problem);
  }

  /**
   * Completes.
   *
   * @param root the tool, new: its flags are set by {@code words}
   * @param words at least one; the last is the one to complete, and may be empty
   */
  public static Completion of(Command root, List<String> words) {
    List<String> before = words.subList(0, words.size() - 1);
    CommandFinder.Found found;
    try {
      found = CommandFinder.find(root, before);
    } catch (CommandFinder.UnknownCommand _) {
      return failed("unable to find a command for arguments: " + listed(before));
    }
    if (found.path().command().takesWordsAsTheyAre()) {
      return of(List.of(), Directive.DEFAULT);
    }
    Flags flags = found.path().allFlags();
    UnfinishedFlag unfinished = UnfinishedFlag.of(flags, found.words(), words.getLast());
    List<String> arguments;
    try {
      arguments = flags.parse(unfinished.wordsBefore());
    } catch (FlagError e) {
      return failed(
          "Error while parsing flags from args "
              + listed(unfinished.wordsBefore())
              + ": "
              + e.getMessage());
    }
    Command command = found.path().command();
    if (command.isHelpWanted()) {
      return of(List.of(), Directive.NO_FILES);
    }
    // Behind "--" nothing is a flag.
    boolean flagsMayFollow = !unfinished.wordsBefore().contains("--");
    if (flagsMayFollow && unfinished.isUnknown()) {
      return failed(
          "Subcommand '" + command.name() + "' does not support flag '" + unfinished.name() + "'");
    }
    if (flagsMayFollow && unfinished.flag().isPresent()) {
      return of(words(unfinished.flag().get().offered()), Directive.DEFAULT);
    }
    String begun = unfinished.begun();
    if (flagsMayFollow && begun.startsWith("-") && begun.indexOf('=') < 0) {
      return of(flagNames(command, begun), Directive.NO_FILES);
    }
    return arguments(command, arguments, begun);
  }

  private static Completion arguments(Command command, List<String> arguments, String begun) {
    List<Candidate> candidates = new ArrayList<>();
    List<String> names = new ArrayList<>(command.subcommands());
    if (arguments.isEmpty() && !names.isEmpty()) {
      names.sort(null);
      for (String name : names) {
        if (name.startsWith(begun)) {
          candidates.add(new Candidate(name, command.subcommand(name).summary()));
        }
      }
      return of(candidates, Directive.NO_FILES);
    }
    Optional<List<Candidate>> known = command.candidates(arguments, begun);
    return known.isPresent()
        ? of(known.get(), Directive.NO_FILES)
        : of(candidates, Directive.DEFAULT);
  }

  /** Those from above first; what is given already only if it may be given again. */
  private static List<Candidate> flagNames(Command command, String begun) {
    Flags own = new Flags();
    own.addMissing(command.flags());
    own.addMissing(command.sharedFlags());
    List<Candidate> candidates = new ArrayList<>();
    for (Flags flags : List.of(command.inheritedFlags(), own)) {
      for (Flag flag : flags.all()) {
        if (flag.isGiven() && !flag.isList()) {
          continue;
        }
        offer(candidates, "--" + flag.name(), begun, flag);
        if (!flag.shorthand().isEmpty()) {
          offer(candidates, "-" + flag.shorthand(), begun, flag);
        }
      }
    }
    return candidates;
  }

  private static void offer(List<Candidate> candidates, String word, String begun, Flag flag) {
    if (word.startsWith(begun)) {
      candidates.add(new Candidate(word, flag.usage()));
    }
  }

  private static List<Candidate> words(List<String> values) {
    List<Candidate> candidates = new ArrayList<>();
    for (String value : values) {
      candidates.add(new Candidate(value, ""));
    }
    return candidates;
  }

  private static String listed(List<String> words) {
    return "[" + String.join(" ", words) + "]";
  }
}
