package io.quorate.io;

import java.util.Optional;

/**
 * Deliberate faults at named places, for crash tests (spec/failpoints.md). One object per member. A
 * room asks once, in its constructor, for each of its points and keeps it in a field; firing an
 * inactive point costs one field read.
 */
public interface Failpoints {
  /** No point ever fires. */
  Failpoints NONE = name -> Point.INACTIVE;

  /** The point called {@code name}; asking for it makes it known to the control endpoint. */
  Point point(String name);

  /** One named place. Any thread. */
  interface Point {
    Point INACTIVE = Optional::empty;

    /**
     * Does what the active term says: sleeps, prints or halts the process.
     *
     * @return the text of a {@code return("…")} term, with which the operation must fail
     */
    Optional<String> fire();
  }
}
