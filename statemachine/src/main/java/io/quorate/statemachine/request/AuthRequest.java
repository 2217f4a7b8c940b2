package io.quorate.statemachine.request;

/**
 * A request to the users and roles, its message still encoded: {@code auth} takes it from there.
 *
 * @param body the message named by {@code kind}
 */
public record AuthRequest(Kind kind, byte[] body) implements Request {
  /** The kinds, by field number in InternalRaftRequest. */
  public enum Kind {
    AUTH_ENABLE(1000),
    AUTH_DISABLE(1011),
    AUTHENTICATE(1012),
    AUTH_STATUS(1013),
    USER_ADD(1100),
    USER_DELETE(1101),
    USER_GET(1102),
    USER_CHANGE_PASSWORD(1103),
    USER_GRANT_ROLE(1104),
    USER_REVOKE_ROLE(1105),
    USER_LIST(1106),
    ROLE_LIST(1107),
    ROLE_ADD(1200),
    ROLE_DELETE(1201),
    ROLE_GET(1202),
    ROLE_GRANT_PERMISSION(1203),
    ROLE_REVOKE_PERMISSION(1204);

    private final int field;

    Kind(int field) {
      this.field = field;
    }

    public int field() {
      return field;
    }

    /** Whether it changes nothing, so that a member on which nobody waits may pass it over. */
    public boolean reads() {
      return this == USER_GET || this == ROLE_GET || this == AUTH_STATUS;
    }
  }

  @Override
  public int field() {
    return kind.field;
  }
}
