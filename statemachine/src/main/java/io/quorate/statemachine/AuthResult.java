package io.quorate.statemachine;

import io.quorate.statemachine.request.Permission;
import java.util.List;

/**
 * What a request to users and roles found; a change that has nothing to say is {@link
 * Outcome.Done}. Names are one char for each byte.
 */
public sealed interface AuthResult extends Outcome {
  /** Whether auth is on, and how many changes there were. */
  record Status(long revision, boolean enabled, long authRevision) implements AuthResult {}

  /**
   * Somebody has logged in.
   *
   * @param tokenPrefix as proposed
   * @param index of the entry before the one that says so
   * @param authRevision of that moment
   */
  record Authenticated(
      long revision, String user, String tokenPrefix, long index, long authRevision)
      implements AuthResult {}

  /** Users, or roles, or the roles of one user; in byte order. */
  record Names(long revision, List<String> names) implements AuthResult {}

  /** The permissions of one role, in byte order of their keys. */
  record Permissions(long revision, List<Permission> permissions) implements AuthResult {}
}
