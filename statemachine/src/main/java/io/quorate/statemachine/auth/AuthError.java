package io.quorate.statemachine.auth;

/** Why auth refuses; {@code server} has the words (spec/api.md 14). */
public enum AuthError {
  NOT_ENABLED,
  ROOT_USER_MISSING,
  ROOT_ROLE_MISSING,
  /** No user is named: in a request to users, or by the caller of anything. */
  USER_EMPTY,
  USER_EXISTS,
  USER_NOT_FOUND,
  ROLE_EMPTY,
  ROLE_EXISTS,
  ROLE_NOT_FOUND,
  ROLE_NOT_GRANTED,
  PERMISSION_NOT_GIVEN,
  PERMISSION_NOT_GRANTED,
  PERMISSION_DENIED,
  /** Wrong name or password. */
  AUTHENTICATION_FAILED,
  /** A password for a user that has none, or one whose stored form cannot be read. */
  NO_PASSWORD_USER,
  INVALID_TOKEN,
  /** What would lock everybody out, or a permission whose range is no range. */
  INVALID_MANAGEMENT,
  /** Users or roles have changed since the caller was identified. */
  OLD_REVISION
}
