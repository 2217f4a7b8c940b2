package io.quorate.rpc;

/** A call that ended with a status other than OK. */
public final class StatusException extends RuntimeException {
  private final Status status;

  public StatusException(Status status) {
    super("rpc error: code = " + status.code().goName() + " desc = " + status.message());
    this.status = status;
  }

  public Status status() {
    return status;
  }
}
