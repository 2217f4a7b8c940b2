package io.quorate.embed.failpoint;

/** A failpoint that cannot be told or asked what was wanted; the messages are gofail's. */
public final class FailpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean unknown;

  private FailpointException(String message, boolean unknown) {
    super(message, null, false, false);
    this.unknown = unknown;
  }

  /** Whether there is no point of that name. */
  public boolean isUnknown() {
    return unknown;
  }

  static FailpointException unparsable() {
    return new FailpointException("failpoint: could not parse terms", false);
  }

  static FailpointException off() {
    return new FailpointException("failpoint: failpoint is disabled", false);
  }

  static FailpointException unknown() {
    return new FailpointException("failpoint: failpoint does not exist", true);
  }

  static FailpointException notAnAssignment(String item) {
    return new FailpointException(
        "fail to parse failpoint: bad failpoint " + io.quorate.gotext.GoQuote.quote(item), false);
  }
}
