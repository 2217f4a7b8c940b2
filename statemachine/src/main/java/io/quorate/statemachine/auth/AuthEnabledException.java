package io.quorate.statemachine.auth;

/**
 * The database has auth enabled, which this version cannot enforce: nothing may be served from it.
 */
public final class AuthEnabledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AuthEnabledException() {
    super(
        "auth is enabled in this data directory; this version of Quorate does not support auth yet");
  }
}
