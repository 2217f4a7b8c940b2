package io.quorate.cli.command;

/** Arguments that cobra itself refuses: the message, then the command's usage. */
public final class UsageError extends RuntimeException {
  public UsageError(String message) {
    super(message, null, false, false);
  }
}
