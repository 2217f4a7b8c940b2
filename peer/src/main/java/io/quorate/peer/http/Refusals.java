package io.quorate.peer.http;

import io.quorate.node.NodeException;
import org.jspecify.annotations.Nullable;

/** Why a change of the membership had no effect, before it was proposed or when it was applied. */
final class Refusals {
  private Refusals() {}

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
}
