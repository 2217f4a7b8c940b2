package io.quorate.cli.command;

/**
 * The end of a command that failed: {@code Error: message} on stderr, and its exit code. Thrown
 * with {@link #silent} where the command has said itself what went wrong.
 */
public final class Failure extends RuntimeException {
  private final int exitCode;
  private final boolean silent;

  /**
   * @param exitCode one of {@link ExitCode}
   */
  public Failure(int exitCode, String message) {
    this(exitCode, message, false);
  }

  private Failure(int exitCode, String message, boolean silent) {
    super(message, null, false, false);
    this.exitCode = exitCode;
    this.silent = silent;
  }

  /** Wrong arguments. */
  public static Failure badArguments(String message) {
    return new Failure(ExitCode.BAD_ARGUMENTS, message);
  }

  /** An end without a line of its own. */
  public static Failure silent(int exitCode) {
    return new Failure(exitCode, "", true);
  }

  public int exitCode() {
    return exitCode;
  }

  public boolean isSilent() {
    return silent;
  }
}
