package io.quorate.rpc;

/** How a call ended. The message is wire format: clients match on it. */
public record Status(Code code, String message) {
  public static final Status OK = new Status(Code.OK, "");

  /** The caller gave up. */
  public static final Status CANCELLED = new Status(Code.CANCELLED, "context canceled");

  /** The caller's deadline passed. */
  public static final Status DEADLINE_EXCEEDED =
      new Status(Code.DEADLINE_EXCEEDED, "context deadline exceeded");

  /** The caller closed its channel. */
  public static final Status CHANNEL_CLOSED =
      new Status(Code.CANCELLED, "grpc: the client connection is closing");

  public boolean isOk() {
    return code == Code.OK;
  }
}
