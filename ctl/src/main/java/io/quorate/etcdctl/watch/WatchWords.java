package io.quorate.etcdctl.watch;

import io.quorate.gotext.GoQuote;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is watched and what is run: the words of one {@code watch}, on the command line or typed.
 *
 * @param keys the key, and the range end if there are two
 * @param exec the command to run for each event; may be empty
 */
record WatchWords(List<String> keys, List<String> exec) {
  static final String KEY = "ETCDCTL_WATCH_KEY";
  static final String RANGE_END = "ETCDCTL_WATCH_RANGE_END";

  /** The words do not fit; the message says why. */
  static final class Unfit extends RuntimeException {
    /** Whether there is nothing but the word watch. */
    final boolean bare;

    Unfit(String message, boolean bare) {
      super(message, null, false, false);
      this.bare = bare;
    }
  }

  /**
   * The words behind {@code self}. Where that was abbreviated, all of them: as far as flags and the
   * separator are concerned the difference does not matter.
   */
  static List<String> behind(String self, List<String> words) {
    return words.subList(words.indexOf(self) + 1, words.size());
  }

  /**
   * @param raw all words behind {@code watch}, flags included
   * @param arguments those that are no flags
   * @throws Unfit with the original's message
   */
  static WatchWords of(List<String> raw, List<String> arguments, Map<String, String> environment) {
    String key = environment.getOrDefault(KEY, "");
    String end = environment.getOrDefault(RANGE_END, "");
    if (key.isEmpty() && !end.isEmpty()) {
      throw new Unfit(KEY + " is empty but got " + RANGE_END + "=" + GoQuote.quote(end), false);
    }
    int separator = raw.indexOf("--");
    if (raw.isEmpty() && key.isEmpty()) {
      throw new Unfit("bad number of arguments", true);
    }
    if (separator >= 0 && separator == raw.size() - 1) {
      throw new Unfit("bad number of arguments (found separator --, but no commands)", false);
    }
    List<String> exec = separator < 0 ? List.of() : raw.subList(separator + 1, raw.size());
    List<String> keys = new ArrayList<>(arguments);
    if (!exec.isEmpty()) {
      int last = keys.lastIndexOf(exec.getFirst());
      if (last >= 0) {
        keys = new ArrayList<>(keys.subList(0, last));
      }
    }
    if (!key.isEmpty()) {
      if (!keys.isEmpty()) {
        throw new Unfit("bad number of arguments (found conflicting environment key)", false);
      }
      keys.add(key);
      if (!end.isEmpty()) {
        keys.add(end);
      }
    }
    return new WatchWords(List.copyOf(keys), List.copyOf(exec));
  }
}
