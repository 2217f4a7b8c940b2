package io.quorate.rpc;

/**
 * What a unary call's end means: OK needs exactly one message. Texts as the Go client words them.
 */
public final class UnaryOutcome {
  private UnaryOutcome() {}

  /** The status to report for a call that ended with {@code status} after its messages. */
  public static Status of(Status status, boolean hasResponse, boolean hasSecond) {
    if (hasSecond) {
      return new Status(
          Code.INTERNAL,
          "cardinality violation: expected <EOF> for non server-streaming RPCs, but received"
              + " another message");
    }
    if (status.isOk() && !hasResponse) {
      return new Status(
          Code.INTERNAL,
          "cardinality violation: received no response message from non-server-streaming RPC");
    }
    return status;
  }
}
