package io.quorate.rpc;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call that ended with a status other than OK. The message is what the Go client would print,
 * which for a deadline that passed without a connection says more than the status: why there was
 * none.
 */
public final class StatusException extends RuntimeException {
  private final Status status;
  private final @Nullable Peer peer;

  public StatusException(Status status) {
    this(status, status.message(), null);
  }

  private StatusException(Status status, String text, @Nullable Peer peer) {
    super("rpc error: code = " + status.code().goName() + " desc = " + text);
    this.status = status;
    this.peer = peer;
  }

  /** A call that had to end while it waited for a connection; the last attempt had failed so. */
  public static StatusException withoutConnection(Status end, Status lastFailure) {
    return new StatusException(end, "latest balancer error: " + lastFailure.message(), null);
  }

  /** The same, during the first attempt. */
  public static StatusException whileConnecting(Status end) {
    return new StatusException(
        end, end.message() + " while waiting for connections to become ready", null);
  }

  /** The same end, of a call that {@code peer} had. */
  public static StatusException at(Peer peer, Status end) {
    return new StatusException(end, end.message(), peer);
  }

  public Status status() {
    return status;
  }

  /** The connection that had the call; empty if it never got one, or none of the outside. */
  public Optional<Peer> peer() {
    return Optional.ofNullable(peer);
  }
}
