package io.quorate.client;

import com.google.protobuf.ByteString;
import io.quorate.api.authpb.Permission;
import io.quorate.api.authpb.UserAddOptions;
import io.quorate.api.etcdserverpb.AuthDisableRequest;
import io.quorate.api.etcdserverpb.AuthDisableResponse;
import io.quorate.api.etcdserverpb.AuthEnableRequest;
import io.quorate.api.etcdserverpb.AuthEnableResponse;
import io.quorate.api.etcdserverpb.AuthRoleAddRequest;
import io.quorate.api.etcdserverpb.AuthRoleAddResponse;
import io.quorate.api.etcdserverpb.AuthRoleDeleteRequest;
import io.quorate.api.etcdserverpb.AuthRoleDeleteResponse;
import io.quorate.api.etcdserverpb.AuthRoleGetRequest;
import io.quorate.api.etcdserverpb.AuthRoleGetResponse;
import io.quorate.api.etcdserverpb.AuthRoleGrantPermissionRequest;
import io.quorate.api.etcdserverpb.AuthRoleGrantPermissionResponse;
import io.quorate.api.etcdserverpb.AuthRoleListRequest;
import io.quorate.api.etcdserverpb.AuthRoleListResponse;
import io.quorate.api.etcdserverpb.AuthRoleRevokePermissionRequest;
import io.quorate.api.etcdserverpb.AuthRoleRevokePermissionResponse;
import io.quorate.api.etcdserverpb.AuthStatusRequest;
import io.quorate.api.etcdserverpb.AuthStatusResponse;
import io.quorate.api.etcdserverpb.AuthUserAddRequest;
import io.quorate.api.etcdserverpb.AuthUserAddResponse;
import io.quorate.api.etcdserverpb.AuthUserChangePasswordRequest;
import io.quorate.api.etcdserverpb.AuthUserChangePasswordResponse;
import io.quorate.api.etcdserverpb.AuthUserDeleteRequest;
import io.quorate.api.etcdserverpb.AuthUserDeleteResponse;
import io.quorate.api.etcdserverpb.AuthUserGetRequest;
import io.quorate.api.etcdserverpb.AuthUserGetResponse;
import io.quorate.api.etcdserverpb.AuthUserGrantRoleRequest;
import io.quorate.api.etcdserverpb.AuthUserGrantRoleResponse;
import io.quorate.api.etcdserverpb.AuthUserListRequest;
import io.quorate.api.etcdserverpb.AuthUserListResponse;
import io.quorate.api.etcdserverpb.AuthUserRevokeRoleRequest;
import io.quorate.api.etcdserverpb.AuthUserRevokeRoleResponse;
import io.quorate.api.etcdserverpb.AuthenticateRequest;
import io.quorate.api.etcdserverpb.AuthenticateResponse;

/**
 * Users, roles and what a role may do (spec/api.md 5). Each method is one call; changes are never
 * repeated by themselves, {@code Get} and {@code List} are when a server was unavailable.
 *
 * <p>The client fetches and renews the token of its own user by itself ({@link
 * ClientOptions#withCredentials}).
 */
public final class Auth {
  private static final String SERVICE = "/etcdserverpb.Auth/";

  private final Messages calls;

  Auth(Messages calls) {
    this.calls = calls;
  }

  /** From now on every call needs a user; there must be a user root that has the role root. */
  public AuthEnableResponse enable() {
    return calls.unary(
        SERVICE + "AuthEnable",
        AuthEnableRequest.getDefaultInstance(),
        AuthEnableResponse.parser());
  }

  public AuthDisableResponse disable() {
    return calls.unary(
        SERVICE + "AuthDisable",
        AuthDisableRequest.getDefaultInstance(),
        AuthDisableResponse.parser());
  }

  /** Whether auth is enabled, and the revision of users and roles. */
  public AuthStatusResponse status() {
    return calls.unary(
        SERVICE + "AuthStatus",
        AuthStatusRequest.getDefaultInstance(),
        AuthStatusResponse.parser());
  }

  /** A token for somebody; this client's own calls do not begin to use it. */
  public AuthenticateResponse authenticate(String name, String password) {
    return calls.unary(
        SERVICE + "Authenticate",
        AuthenticateRequest.newBuilder().setName(name).setPassword(password).build(),
        AuthenticateResponse.parser());
  }

  // ---- users

  public AuthUserAddResponse userAdd(String name, String password) {
    return userAdd(AuthUserAddRequest.newBuilder().setName(name).setPassword(password).build());
  }

  /** Adds a user who can come with a certificate only. */
  public AuthUserAddResponse userAddWithoutPassword(String name) {
    return userAdd(
        AuthUserAddRequest.newBuilder()
            .setName(name)
            .setOptions(UserAddOptions.newBuilder().setNoPassword(true))
            .build());
  }

  private AuthUserAddResponse userAdd(AuthUserAddRequest request) {
    return calls.unary(SERVICE + "UserAdd", request, AuthUserAddResponse.parser());
  }

  /** The roles of a user. */
  public AuthUserGetResponse userGet(String name) {
    return calls.unary(
        SERVICE + "UserGet",
        AuthUserGetRequest.newBuilder().setName(name).build(),
        AuthUserGetResponse.parser());
  }

  public AuthUserListResponse userList() {
    return calls.unary(
        SERVICE + "UserList",
        AuthUserListRequest.getDefaultInstance(),
        AuthUserListResponse.parser());
  }

  public AuthUserDeleteResponse userDelete(String name) {
    return calls.unary(
        SERVICE + "UserDelete",
        AuthUserDeleteRequest.newBuilder().setName(name).build(),
        AuthUserDeleteResponse.parser());
  }

  public AuthUserChangePasswordResponse userChangePassword(String name, String password) {
    return calls.unary(
        SERVICE + "UserChangePassword",
        AuthUserChangePasswordRequest.newBuilder().setName(name).setPassword(password).build(),
        AuthUserChangePasswordResponse.parser());
  }

  public AuthUserGrantRoleResponse userGrantRole(String name, String role) {
    return calls.unary(
        SERVICE + "UserGrantRole",
        AuthUserGrantRoleRequest.newBuilder().setUser(name).setRole(role).build(),
        AuthUserGrantRoleResponse.parser());
  }

  public AuthUserRevokeRoleResponse userRevokeRole(String name, String role) {
    return calls.unary(
        SERVICE + "UserRevokeRole",
        AuthUserRevokeRoleRequest.newBuilder().setName(name).setRole(role).build(),
        AuthUserRevokeRoleResponse.parser());
  }

  // ---- roles

  public AuthRoleAddResponse roleAdd(String role) {
    return calls.unary(
        SERVICE + "RoleAdd",
        AuthRoleAddRequest.newBuilder().setName(role).build(),
        AuthRoleAddResponse.parser());
  }

  /** The permissions of a role. */
  public AuthRoleGetResponse roleGet(String role) {
    return calls.unary(
        SERVICE + "RoleGet",
        AuthRoleGetRequest.newBuilder().setRole(role).build(),
        AuthRoleGetResponse.parser());
  }

  public AuthRoleListResponse roleList() {
    return calls.unary(
        SERVICE + "RoleList",
        AuthRoleListRequest.getDefaultInstance(),
        AuthRoleListResponse.parser());
  }

  public AuthRoleDeleteResponse roleDelete(String role) {
    return calls.unary(
        SERVICE + "RoleDelete",
        AuthRoleDeleteRequest.newBuilder().setRole(role).build(),
        AuthRoleDeleteResponse.parser());
  }

  /**
   * Lets a role do something with a key, or with a range of them.
   *
   * @param permission its {@code range_end} empty for the one key, {@code \0} for all from it on
   */
  public AuthRoleGrantPermissionResponse roleGrantPermission(String role, Permission permission) {
    return calls.unary(
        SERVICE + "RoleGrantPermission",
        AuthRoleGrantPermissionRequest.newBuilder().setName(role).setPerm(permission).build(),
        AuthRoleGrantPermissionResponse.parser());
  }

  /** Takes back what was granted with exactly this key and end. */
  public AuthRoleRevokePermissionResponse roleRevokePermission(
      String role, ByteString key, ByteString rangeEnd) {
    return calls.unary(
        SERVICE + "RoleRevokePermission",
        AuthRoleRevokePermissionRequest.newBuilder()
            .setRole(role)
            .setKey(key)
            .setRangeEnd(rangeEnd)
            .build(),
        AuthRoleRevokePermissionResponse.parser());
  }
}
