package io.quorate.raft.confchange;

/**
 * A change that cannot be made to this configuration; the texts are etcd's. What reaches the log
 * has been validated, so that at apply time this is a broken promise.
 */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ConfigurationException(String message) {
    super(message);
  }
}
