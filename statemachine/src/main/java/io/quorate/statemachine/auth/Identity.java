package io.quorate.statemachine.auth;

/**
 * Who asks, as the header of a proposal carries it to every member.
 *
 * @param user a name, one char for each byte; empty for nobody
 * @param authRevision the auth revision under which that was found out; 0 for nobody
 */
public record Identity(String user, long authRevision) {
  /** Nobody: what a caller is while auth is off, or without token. */
  public static final Identity NONE = new Identity("", 0);
}
