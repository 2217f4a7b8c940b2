package io.quorate.embed;

/**
 * This process may not open as many files as a member needs for itself, with nothing left for
 * clients (spec/server.md 1.6). The message is the original's last line.
 */
public final class TooFewDescriptorsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What a member needs for itself. */
  static final int OWN = 150;

  private final long limit;

  TooFewDescriptorsException(long limit) {
    super("file descriptor limit of etcd process is too low; please set higher");
    this.limit = limit;
  }

  /** How many files this process may have open. */
  public long limit() {
    return limit;
  }

  /** One that leaves something for clients is greater than this. */
  public int recommended() {
    return OWN;
  }
}
