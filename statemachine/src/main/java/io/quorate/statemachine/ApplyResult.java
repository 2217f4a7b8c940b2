package io.quorate.statemachine;

import io.quorate.raft.message.ConfChange;

/** What applying one entry meant. */
public sealed interface ApplyResult {
  /** The empty entry of a new leader, or one that raft emptied. */
  record Empty() implements ApplyResult {}

  /** The database has seen this entry before; it was not touched, and there is no answer. */
  record Known() implements ApplyResult {}

  /**
   * A request.
   *
   * @param requestId who waits for it
   */
  record Applied(long requestId, Outcome outcome) implements ApplyResult {}

  /**
   * A change of the configuration.
   *
   * @param change as committed; {@code change.id()} is who waits for it
   * @param accepted whether the membership changed; if so the transport must follow
   * @param known whether it was an old entry, of which only raft learns
   */
  record Reconfigured(ConfChange change, boolean accepted, boolean known, Outcome outcome)
      implements ApplyResult {}
}
