package io.quorate.cli.completion;

import io.quorate.cli.command.Flag;
import io.quorate.cli.command.Flags;
import java.util.List;
import java.util.Optional;

/**
 * The flag whose value is being typed, if it is one: {@code --name=v|} or {@code --name v|}.
 *
 * @param flag the one whose value it is; empty if it is none, or an unknown one's
 * @param name the unknown one's name, else empty
 * @param wordsBefore what stands before it
 * @param begun what there is of the value or, without a flag, of the word
 */
record UnfinishedFlag(Optional<Flag> flag, String name, List<String> wordsBefore, String begun) {

  boolean isUnknown() {
    return !name.isEmpty();
  }

  static UnfinishedFlag of(Flags flags, List<String> before, String last) {
    boolean isFlag = isFlag(last);
    int equals = last.indexOf('=');
    if (isFlag && equals >= 0) {
      // Of short flags written together the last one takes the value.
      String name =
          last.startsWith("--") ? last.substring(2, equals) : last.substring(equals - 1, equals);
      return valueOf(flags, name, before, last.substring(equals + 1));
    }
    if (!isFlag && !before.isEmpty()) {
      String previous = before.getLast();
      if (isFlag(previous) && previous.indexOf('=') < 0) {
        String name =
            previous.startsWith("--")
                ? previous.substring(2)
                : previous.substring(previous.length() - 1);
        Optional<Flag> found = find(flags, name);
        if (found.isPresent() && !found.get().isSwitch()) {
          return valueOf(flags, name, before.subList(0, before.size() - 1), last);
        }
      }
    }
    return new UnfinishedFlag(Optional.empty(), "", before, last);
  }

  private static UnfinishedFlag valueOf(
      Flags flags, String name, List<String> before, String begun) {
    Optional<Flag> found = find(flags, name);
    return new UnfinishedFlag(found, found.isPresent() ? "" : name, before, begun);
  }

  private static Optional<Flag> find(Flags flags, String name) {
    return name.length() == 1 ? flags.findShort(name.charAt(0)) : flags.find(name);
  }

  /** {@code -x} or {@code --xy}; not {@code -}, nor {@code --}. */
  private static boolean isFlag(String word) {
    return word.length() >= 3 && word.startsWith("--")
        || word.length() >= 2 && word.charAt(0) == '-' && word.charAt(1) != '-';
  }
}
