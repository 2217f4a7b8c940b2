package io.quorate.node.recovery;

import org.jspecify.annotations.Nullable;

/**
 * The member cannot start from what is there. Carries what the original logs as its last line:
 * {@code stage} as the message and {@link #getMessage()} as the field {@code error}.
 */
public final class CannotStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** How the process ends. */
  public enum Ending {
    FATAL(1),
    PANIC(2);

    private final int exitCode;

    Ending(int exitCode) {
      this.exitCode = exitCode;
    }

    public int exitCode() {
      return exitCode;
    }
  }

  private final String stage;
  private final Ending ending;

  CannotStartException(String stage, Ending ending, String error, @Nullable Throwable cause) {
    super(error, cause);
    this.stage = stage;
    this.ending = ending;
  }

  /** As most errors of the start end: {@code discovery failed}, exit code 1. */
  static CannotStartException bootstrap(String error) {
    return new CannotStartException("discovery failed", Ending.FATAL, error, null);
  }

  static CannotStartException bootstrap(String error, Throwable cause) {
    return new CannotStartException("discovery failed", Ending.FATAL, error, cause);
  }

  /** A member whose peers have other keys. */
  public static CannotStartException inconsistent(long memberId) {
    return bootstrap(Long.toHexString(memberId) + " found data inconsistency with peers");
  }

  static CannotStartException fatal(String stage, String error, @Nullable Throwable cause) {
    return new CannotStartException(stage, Ending.FATAL, error, cause);
  }

  static CannotStartException panic(String stage, String error) {
    return new CannotStartException(stage, Ending.PANIC, error, null);
  }

  public String stage() {
    return stage;
  }

  public Ending ending() {
    return ending;
  }

  /** Whether the original says {@code bootstrap failed} before its last line. */
  boolean isBootstrapError() {
    return stage.equals("discovery failed");
  }
}
