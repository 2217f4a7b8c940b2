package io.quorate.node.loop;

import io.quorate.raft.message.ConfChange;
import io.quorate.statemachine.Outcome;

/** What the apply loop tells the rest of the member, on its own thread; must not block. */
public interface ApplyEvents {
  /**
   * Somebody here waits for this answer, whose effects can be read now.
   *
   * @param requestId who
   */
  void answered(long requestId, Outcome outcome);

  /** The first entry of {@code term} was applied: whoever leads in it leads for sure. */
  default void firstOfTerm(long term) {}

  /** A leader's snapshot takes the place of all that is here, or has taken it. */
  default void installing(boolean underway) {}

  /** The configuration changed; the transport follows. */
  default void reconfigured(ConfChange change) {}
}
