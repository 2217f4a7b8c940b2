package io.quorate.embed.config;

/** A configuration that etcd refuses; the message is etcd's. */
public final class ConfigException extends RuntimeException {
  /** How the program says it and ends. */
  public enum Ending {
    /** As a line of the log; exit code 1. */
    LOGGED,
    /** As a plain line on standard error; exit code 1. */
    PLAIN,
    /** As a panic on standard error; exit code 2. */
    PANIC
  }

  private final Ending ending;

  public ConfigException(String message) {
    this(message, Ending.LOGGED);
  }

  public ConfigException(String message, Ending ending) {
    super(message, null, false, false);
    this.ending = ending;
  }

  public Ending ending() {
    return ending;
  }
}
