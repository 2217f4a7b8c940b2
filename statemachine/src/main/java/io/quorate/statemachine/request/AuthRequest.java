package io.quorate.statemachine.request;

import java.util.Optional;

/**
 * A request to users, roles and auth itself (spec/api.md 3.7). Names and passwords are {@link
 * ByteText}.
 */
public sealed interface AuthRequest extends Request {
  /** The kinds, by field number in InternalRaftRequest. */
  enum Kind {
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

    /** Whether only an administrator may ask, whatever the request says (spec/api.md 12.4). */
    public boolean forAdmins() {
      return this != AUTHENTICATE && this != USER_GET && this != ROLE_GET;
    }
  }

  Kind kind();

  @Override
  default int field() {
    return kind().field;
  }

  /** AuthEnableRequest. */
  record Enable() implements AuthRequest {
    @Override
    public Kind kind() {
      return Kind.AUTH_ENABLE;
    }
  }

  /** AuthDisableRequest. */
  record Disable() implements AuthRequest {
    @Override
    public Kind kind() {
      return Kind.AUTH_DISABLE;
    }
  }

  /** AuthStatusRequest. */
  record Status() implements AuthRequest {
    @Override
    public Kind kind() {
      return Kind.AUTH_STATUS;
    }
  }

  /** AuthUserListRequest. */
  record UserList() implements AuthRequest {
    @Override
    public Kind kind() {
      return Kind.USER_LIST;
    }
  }

  /** AuthRoleListRequest. */
  record RoleList() implements AuthRequest {
    @Override
    public Kind kind() {
      return Kind.ROLE_LIST;
    }
  }

  /**
   * InternalAuthenticateRequest: somebody whose password was checked before this was proposed.
   *
   * @param tokenPrefix the secret part of the simple token to be; empty with other kinds of token
   */
  record Authenticate(String user, String tokenPrefix) implements AuthRequest {
    @Override
    public Kind kind() {
      return Kind.AUTHENTICATE;
    }

    public byte[] encode() {
      return new ProtoWriter().byteText(1, user).byteText(3, tokenPrefix).toByteArray();
    }

    @Override
    public String toString() {
      return "Authenticate[" + ByteText.shown(user) + "]"; // the prefix is a secret
    }
  }

  /**
   * AuthUserAddRequest.
   *
   * @param password only in entries of etcd before 3.5, and in what clients send
   * @param hashedPassword Base64 of the bcrypt hash
   */
  record UserAdd(String user, String password, boolean noPassword, String hashedPassword)
      implements AuthRequest {
    private static final int HASHED_PASSWORD = 4;

    @Override
    public Kind kind() {
      return Kind.USER_ADD;
    }

    /** Its fields with {@code hash} in place of the password itself. */
    public static byte[] hashed(String hash) {
      return withoutPassword(HASHED_PASSWORD, hash);
    }

    @Override
    public String toString() {
      return "UserAdd[" + ByteText.shown(user) + "]";
    }
  }

  /** AuthUserDeleteRequest. */
  record UserDelete(String user) implements AuthRequest {
    @Override
    public Kind kind() {
      return Kind.USER_DELETE;
    }
  }

  /** AuthUserGetRequest. */
  record UserGet(String user) implements AuthRequest {
    @Override
    public Kind kind() {
      return Kind.USER_GET;
    }
  }

  /** AuthUserChangePasswordRequest; passwords as in {@link UserAdd}. */
  record UserChangePassword(String user, String password, String hashedPassword)
      implements AuthRequest {
    private static final int HASHED_PASSWORD = 3;

    @Override
    public Kind kind() {
      return Kind.USER_CHANGE_PASSWORD;
    }

    /** Its fields with {@code hash} in place of the password itself. */
    public static byte[] hashed(String hash) {
      return withoutPassword(HASHED_PASSWORD, hash);
    }

    @Override
    public String toString() {
      return "UserChangePassword[" + ByteText.shown(user) + "]";
    }
  }

  /** AuthUserGrantRoleRequest. */
  record UserGrantRole(String user, String role) implements AuthRequest {
    @Override
    public Kind kind() {
      return Kind.USER_GRANT_ROLE;
    }
  }

  /** AuthUserRevokeRoleRequest. */
  record UserRevokeRole(String user, String role) implements AuthRequest {
    @Override
    public Kind kind() {
      return Kind.USER_REVOKE_ROLE;
    }
  }

  /** AuthRoleAddRequest. */
  record RoleAdd(String role) implements AuthRequest {
    @Override
    public Kind kind() {
      return Kind.ROLE_ADD;
    }
  }

  /** AuthRoleDeleteRequest. */
  record RoleDelete(String role) implements AuthRequest {
    @Override
    public Kind kind() {
      return Kind.ROLE_DELETE;
    }
  }

  /** AuthRoleGetRequest. */
  record RoleGet(String role) implements AuthRequest {
    @Override
    public Kind kind() {
      return Kind.ROLE_GET;
    }
  }

  /** AuthRoleGrantPermissionRequest; without a permission it is refused. */
  record RoleGrantPermission(String role, Optional<Permission> permission) implements AuthRequest {
    @Override
    public Kind kind() {
      return Kind.ROLE_GRANT_PERMISSION;
    }
  }

  /** AuthRoleRevokePermissionRequest. */
  record RoleRevokePermission(String role, byte[] key, byte[] rangeEnd) implements AuthRequest {
    @Override
    public Kind kind() {
      return Kind.ROLE_REVOKE_PERMISSION;
    }
  }

  private static byte[] withoutPassword(int hashField, String hash) {
    return new ProtoWriter(96)
        .alwaysBytes(2, new byte[0])
        .alwaysBytes(hashField, ByteText.bytes(hash))
        .toByteArray();
  }

  /** Decodes the message of {@code kind}. */
  static AuthRequest decode(Kind kind, ProtoReader in) {
    return switch (kind) {
      case AUTH_ENABLE -> nothing(in, new Enable());
      case AUTH_DISABLE -> nothing(in, new Disable());
      case AUTH_STATUS -> nothing(in, new Status());
      case USER_LIST -> nothing(in, new UserList());
      case ROLE_LIST -> nothing(in, new RoleList());
      case USER_DELETE -> new UserDelete(names(in, "Name").first);
      case USER_GET -> new UserGet(names(in, "Name").first);
      case ROLE_ADD -> new RoleAdd(names(in, "Name").first);
      case ROLE_DELETE -> new RoleDelete(names(in, "Role").first);
      case ROLE_GET -> new RoleGet(names(in, "Role").first);
      case AUTHENTICATE -> {
        Names names = names(in, "Name", "Password", "SimpleToken");
        yield new Authenticate(names.first, names.third);
      }
      case USER_CHANGE_PASSWORD -> {
        Names names = names(in, "Name", "Password", "HashedPassword");
        yield new UserChangePassword(names.first, names.second, names.third);
      }
      case USER_GRANT_ROLE -> {
        Names names = names(in, "User", "Role");
        yield new UserGrantRole(names.first, names.second);
      }
      case USER_REVOKE_ROLE -> {
        Names names = names(in, "Name", "Role");
        yield new UserRevokeRole(names.first, names.second);
      }
      case USER_ADD -> userAdd(in);
      case ROLE_GRANT_PERMISSION -> grantPermission(in);
      case ROLE_REVOKE_PERMISSION -> revokePermission(in);
    };
  }

  private static AuthRequest nothing(ProtoReader in, AuthRequest request) {
    while (in.next() != 0) {
      in.skip();
    }
    return request;
  }

  /** The texts in fields 1, 2 and 3, as far as a message has them. */
  record Names(String first, String second, String third) {}

  private static Names names(ProtoReader in, String... fields) {
    String[] found = {"", "", ""};
    for (int field; (field = in.next()) != 0; ) {
      if (field <= fields.length) {
        found[field - 1] = in.byteText(fields[field - 1]);
      } else {
        in.skip();
      }
    }
    return new Names(found[0], found[1], found[2]);
  }

  private static UserAdd userAdd(ProtoReader in) {
    String user = "";
    String password = "";
    boolean noPassword = false;
    String hashedPassword = "";
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> user = in.byteText("Name");
        case 2 -> password = in.byteText("Password");
        case 3 -> {
          ProtoReader options = in.message("Options", "UserAddOptions");
          for (int option; (option = options.next()) != 0; ) {
            if (option == 1) {
              noPassword = options.bool("NoPassword");
            } else {
              options.skip();
            }
          }
        }
        case 4 -> hashedPassword = in.byteText("HashedPassword");
        default -> in.skip();
      }
    }
    return new UserAdd(user, password, noPassword, hashedPassword);
  }

  private static RoleGrantPermission grantPermission(ProtoReader in) {
    String role = "";
    Optional<Permission> permission = Optional.empty();
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> role = in.byteText("Name");
        case 2 -> permission = Optional.of(Permission.decode(in.message("Perm", "Permission")));
        default -> in.skip();
      }
    }
    return new RoleGrantPermission(role, permission);
  }

  private static RoleRevokePermission revokePermission(ProtoReader in) {
    String role = "";
    byte[] key = Bytes.EMPTY;
    byte[] rangeEnd = Bytes.EMPTY;
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> role = in.byteText("Role");
        case 2 -> key = in.bytes("Key");
        case 3 -> rangeEnd = in.bytes("RangeEnd");
        default -> in.skip();
      }
    }
    return new RoleRevokePermission(role, key, rangeEnd);
  }
}
