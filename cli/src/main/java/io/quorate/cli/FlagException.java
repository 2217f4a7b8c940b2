package io.quorate.cli;

/** A command line that does not parse; the message is what Go's {@code flag} package prints. */
public final class FlagException extends RuntimeException {
  public FlagException(String message) {
    super(message, null, false, false);
  }
}
