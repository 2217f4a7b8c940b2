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
    return of(outcome, failure).map(MembershipError::text).orElseGet(() -> words(failure));
  }

  /** A failure in the words of etcd's own errors. */
  static String words(@Nullable Throwable failure) {
    return switch (failure) {
      case null -> "";
      // These carry the prefix, or have none in etcd either.
      case NodeException.Timeout _,
          NodeException.NotProposed _,
          NodeException.ProposalDropped _,
          NodeException.NotPrimaryLessor _,
          NodeException.Membership _ ->
          String.valueOf(failure.getMessage());
      case NodeException known -> "etcdserver: " + known.getMessage();
      default -> String.valueOf(failure.getMessage());
    };
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
