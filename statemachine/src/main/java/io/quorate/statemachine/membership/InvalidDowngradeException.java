package io.quorate.statemachine.membership;

/** The cluster is newer than this program, which therefore must not take part. */
public final class InvalidDowngradeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Version server;
  private final Version cluster;

  InvalidDowngradeException(Version server, Version cluster) {
    super("invalid downgrade; server version is lower than determined cluster version");
    this.server = server;
    this.cluster = cluster;
  }

  public Version server() {
    return server;
  }

  public Version cluster() {
    return cluster;
  }
}
