package io.quorate.peer.http;

import io.quorate.node.NodeException;
import io.quorate.statemachine.ApplyError;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.membership.MembershipError;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why a change of the membership had no effect, before it was proposed or when it was applied. */
final class Refusals {
  private Refusals() {}

  /** What the log says of it. */
  static String text(@Nullable Outcome outcome, @Nullable Throwable failure) {
    return of(outcome, failure)
        .map(MembershipError::text)
        .orElseGet(() ->
            failure instanceof NodeException known
                ? "etcdserver: " + known.getMessage()
                : String.valueOf(failure));
  }

  static Optional<MembershipError> of(@Nullable Outcome outcome, @Nullable Throwable failure) {
    if (failure instanceof NodeException.Membership known) {
      return Optional.of(known.reason());
    }
    if (outcome instanceof Outcome.Refused refused
        && refused.error() instanceof ApplyError.Membership applied) {
      return Optional.of(applied.reason());
    }
    return Optional.empty();
  }
}
