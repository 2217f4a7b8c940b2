package io.quorate.statemachine;

import io.quorate.statemachine.request.InternalRequest;

/** How long requests take to apply. Called on the apply thread; must not block. */
public interface ApplyListener {
  ApplyListener NONE = new ApplyListener() {};

  /**
   * A request was applied.
   *
   * @param op its name in metrics, such as {@code Put} or {@code LeaseGrant}
   * @param success false if it was refused; a compaction of what is compacted counts as success
   */
  default void applied(String op, boolean success, long nanos) {}

  /** The same request as a whole, in {@code term}. */
  default void applied(InternalRequest request, Outcome outcome, long term, long nanos) {}
}
