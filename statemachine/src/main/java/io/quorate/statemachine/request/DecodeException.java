package io.quorate.statemachine.request;

/**
 * Bytes that are not the message they should be. The text is the one Go's decoder gives, since
 * clients see it ({@code grpc: error unmarshalling request: …}).
 */
public final class DecodeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DecodeException(String message) {
    super(message);
  }
}
