package io.quorate.embed.config;

/** A configuration that etcd refuses; the message is etcd's. */
public final class ConfigException extends RuntimeException {
  public ConfigException(String message) {
    super(message, null, false, false);
  }
}
