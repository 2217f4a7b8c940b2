package io.quorate.embed.failpoint;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** A chain of terms: each time, the first that is due acts. Any thread. */
final class Terms {
  private final String text;
  // Guarded by this.
  private final List<Term> chain;
  private long fired;

  /** Throws {@link FailpointException} if {@code text} is no chain of terms. */
  Terms(String text) {
    this.text = text;
    this.chain = TermParser.parse(text);
  }

  /** As it was given. */
  String text() {
    return text;
  }

  /** How often a term acted. */
  synchronized long fired() {
    return fired;
  }

  Optional<String> fire(String name, Effects effects) {
    // Acting is outside of the lock: a sleeping point must not hold up its control.
    return next().flatMap(term -> term.act(name, effects));
  }

  private synchronized Optional<Term> next() {
    for (Term term : chain) {
      // Chance is part of the experiment, not of the replicated state.
      if (term.isDue(() -> ThreadLocalRandom.current().nextDouble())) {
        fired++;
        return Optional.of(term);
      }
    }
    return Optional.empty();
  }
}
