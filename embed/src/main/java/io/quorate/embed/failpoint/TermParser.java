package io.quorate.embed.failpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code 50.0%2*sleep("1s")->panic} as gofail does: a chance has a point, no blanks anywhere,
 * a text is between plain or back quotes and knows no escapes.
 */
final class TermParser {
  private static final Pattern CHANCE = Pattern.compile("([0-9]+\\.[0-9]*)%");
  private static final Pattern LIMIT = Pattern.compile("([0-9]{1,18})\\*");
  private static final Pattern ACTION = Pattern.compile("off|panic|sleep|return|print|break");
  private static final Pattern ARGUMENT =
      Pattern.compile("\\((?:\"([^\"\\\\]*)\"|`([^`]*)`|(-?[0-9]{1,18})|true|false|)\\)");
  private static final String THEN = "->";

  private final String text;
  private int at;

  private TermParser(String text) {
    this.text = text;
  }

  /**
   * The terms of {@code text}, at least one.
   *
   * @throws FailpointException if it is no chain of terms
   */
  static List<Term> parse(String text) {
    return new TermParser(text).chain();
  }

  private List<Term> chain() {
    var terms = new ArrayList<Term>();
    do {
      terms.add(term());
    } while (skip(THEN) && at < text.length());
    if (at < text.length()) {
      throw FailpointException.unparsable();
    }
    return terms;
  }

  private Term term() {
    double chance = Term.ALWAYS;
    long limit = Term.UNLIMITED;
    while (true) {
      Matcher chanceHere = here(CHANCE);
      Matcher limitHere = here(LIMIT);
      if (chanceHere.lookingAt()) {
        chance = Double.parseDouble(chanceHere.group(1)) / 100;
        at = chanceHere.end();
      } else if (limitHere.lookingAt()) {
        limit = Long.parseLong(limitHere.group(1));
        at = limitHere.end();
      } else {
        break;
      }
    }
    Matcher action = here(ACTION);
    if (!action.lookingAt()) {
      throw FailpointException.unparsable();
    }
    at = action.end();
    return new Term(
        Term.Action.valueOf(action.group().toUpperCase(Locale.ROOT)), argument(), chance, limit);
  }

  private Term.Argument argument() {
    Matcher argument = here(ARGUMENT);
    if (!argument.lookingAt()) {
      return Term.Argument.NONE;
    }
    at = argument.end();
    for (int quoted = 1; quoted <= 2; quoted++) {
      if (argument.group(quoted) != null) {
        return new Term.Argument(Term.Argument.Kind.TEXT, argument.group(quoted));
      }
    }
    return argument.group(3) == null
        ? Term.Argument.NONE
        : new Term.Argument(Term.Argument.Kind.NUMBER, argument.group(3));
  }

  private Matcher here(Pattern pattern) {
    return pattern.matcher(text).region(at, text.length());
  }

  private boolean skip(String word) {
    if (!text.startsWith(word, at)) {
      return false;
    }
    at += word.length();
    return true;
  }
}
