package io.quorate.rpc;

/** gRPC status codes; the ordinal is the number on the wire. */
public enum Code {
  OK("OK"),
  CANCELLED("Canceled"),
  UNKNOWN("Unknown"),
  INVALID_ARGUMENT("InvalidArgument"),
  DEADLINE_EXCEEDED("DeadlineExceeded"),
  NOT_FOUND("NotFound"),
  ALREADY_EXISTS("AlreadyExists"),
  PERMISSION_DENIED("PermissionDenied"),
  RESOURCE_EXHAUSTED("ResourceExhausted"),
  FAILED_PRECONDITION("FailedPrecondition"),
  ABORTED("Aborted"),
  OUT_OF_RANGE("OutOfRange"),
  UNIMPLEMENTED("Unimplemented"),
  INTERNAL("Internal"),
  UNAVAILABLE("Unavailable"),
  DATA_LOSS("DataLoss"),
  UNAUTHENTICATED("Unauthenticated");

  private static final Code[] VALUES = values();
  private final String goName;

  Code(String goName) {
    this.goName = goName;
  }

  public int number() {
    return ordinal();
  }

  /** The name as Go prints it, in metric labels and {@code rpc error: code = X}. */
  public String goName() {
    return goName;
  }

  /** The code with {@code number}; UNKNOWN for a number outside 0..16. */
  public static Code of(int number) {
    return number >= 0 && number < VALUES.length ? VALUES[number] : UNKNOWN;
  }
}
