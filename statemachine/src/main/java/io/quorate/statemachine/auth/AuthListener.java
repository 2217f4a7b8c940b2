package io.quorate.statemachine.auth;

/**
 * What becomes of those who have logged in. Called on the apply thread, on every member; must not
 * block.
 */
public interface AuthListener {
  /**
   * Somebody has logged in, as entry {@code index} says.
   *
   * @param tokenPrefix the secret part of the simple token; empty with other kinds of token
   */
  default void authenticated(String user, String tokenPrefix, long index) {}

  /** The user was deleted or has another password: who logged in before is out. */
  default void loggedOut(String user) {}

  /** Auth was turned off: everybody is out. */
  default void disabled() {}
}
