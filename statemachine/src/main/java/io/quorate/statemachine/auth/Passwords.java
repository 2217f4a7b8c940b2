package io.quorate.statemachine.auth;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;

/**
 * bcrypt, as etcd stores passwords ({@code $2a$10$…}). Every call takes the time of a login, some
 * tens of milliseconds at the usual cost: not for an event loop, nor for the apply thread where it
 * can be helped.
 */
public final class Passwords {
  /** Longer ones cannot be hashed; of a longer one that is checked only these bytes count. */
  public static final int MAX_BYTES = 72;

  public static final int MIN_COST = BCrypt.MIN_COST;
  public static final int MAX_COST = BCrypt.MAX_COST;
  public static final int SALT_BYTES = BCrypt.SALT_LENGTH;

  private Passwords() {}

  /**
   * The text to store.
   *
   * @param password at most {@link #MAX_BYTES}; may be empty
   * @param salt {@link #SALT_BYTES}
   */
  public static byte[] hash(byte[] password, int cost, byte[] salt) {
    if (password.length > MAX_BYTES) {
      throw new IllegalArgumentException("password of " + password.length + " bytes");
    }
    return BCrypt.with(BCrypt.Version.VERSION_2A, LongPasswordStrategies.none())
        .hash(cost, salt, password);
  }

  /** Whether {@code hash}, which may be anything, is one of {@code password}. */
  public static boolean matches(byte[] password, byte[] hash) {
    try {
      // Lengths are compared nowhere: as in Go, what is longer than bcrypt looks at is cut.
      return BCrypt.verifyer(BCrypt.Version.VERSION_2A, LongPasswordStrategies.none())
          .verify(password, hash)
          .verified;
    } catch (IllegalArgumentException | IndexOutOfBoundsException notAHash) {
      return false;
    }
  }
}
