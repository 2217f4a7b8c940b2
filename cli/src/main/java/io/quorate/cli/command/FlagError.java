package io.quorate.cli.command;

/** Flags that do not parse; the message is what pflag says. */
public final class FlagError extends RuntimeException {
  public FlagError(String message) {
    super(message, null, false, false);
  }
}
