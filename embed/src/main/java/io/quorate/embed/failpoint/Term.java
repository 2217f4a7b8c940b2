package io.quorate.embed.failpoint;

import io.quorate.gotext.GoDuration;
import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * One term of a chain: what it does, how often, how likely. Not thread-safe; {@link Terms} guards
 * it.
 */
final class Term {
  /** What a term can do. {@code break} stops a debugger and has nobody to stop here. */
  enum Action {
    OFF,
    PANIC,
    SLEEP,
    RETURN,
    PRINT,
    BREAK
  }

  /** What stands between the brackets; a boolean, or nothing, is for no action. */
  record Argument(Kind kind, String text) {
    enum Kind {
      NONE,
      TEXT,
      NUMBER
    }

    static final Argument NONE = new Argument(Kind.NONE, "");
  }

  static final double ALWAYS = 1;
  static final long UNLIMITED = -1;

  private final Action action;
  private final Argument argument;
  private final double chance;
  private long left;

  Term(Action action, Argument argument, double chance, long limit) {
    this.action = action;
    this.argument = argument;
    this.chance = chance;
    this.left = limit;
  }

  /** Whether it acts now; one of its times is then used up. */
  boolean isDue(DoubleSupplier random) {
    if (left == 0 || chance < ALWAYS && random.getAsDouble() >= chance) {
      return false;
    }
    if (left > 0) {
      left--;
    }
    return true;
  }

  /** Acts at the point called {@code name}; gives the text of a {@code return}. */
  Optional<String> act(String name, Effects effects) {
    boolean hasText = argument.kind == Argument.Kind.TEXT;
    switch (action) {
      case OFF, BREAK -> {}
      case PANIC -> effects.halt("failpoint panic: " + (hasText ? argument.text : name));
      case SLEEP -> duration().ifPresent(effects::sleep);
      case PRINT -> effects.print("failpoint print: " + name);
      case RETURN -> {
        // Every point that can fail carries a text; another kind of value means nothing to it.
        return hasText ? Optional.of(argument.text) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** A Go duration as a text, or milliseconds as a number; anything else is no sleep. */
  private Optional<Duration> duration() {
    try {
      Duration duration =
          switch (argument.kind) {
            case NONE -> Duration.ZERO;
            case NUMBER -> Duration.ofMillis(Long.parseLong(argument.text));
            case TEXT -> GoDuration.parse(argument.text);
          };
      return duration.isPositive() ? Optional.of(duration) : Optional.empty();
    } catch (IllegalArgumentException | ArithmeticException e) {
      return Optional.empty();
    }
  }
}
