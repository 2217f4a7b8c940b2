package io.quorate.statemachine.apply;

import io.quorate.statemachine.ApplyError;
import io.quorate.statemachine.AuthResult;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.auth.AuthError;
import io.quorate.statemachine.auth.AuthStore;
import io.quorate.statemachine.auth.AuthView;
import io.quorate.statemachine.auth.Passwords;
import io.quorate.statemachine.auth.Role;
import io.quorate.statemachine.auth.User;
import io.quorate.statemachine.request.AuthRequest;
import io.quorate.statemachine.request.ByteText;
import io.quorate.statemachine.request.Permission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;

/**
 * What each request to users and roles does (spec/server.md 5.2, spec/api.md 12.3). That the caller
 * may ask is known by now. Apply thread.
 */
public final class AuthChanges {
  private static final Permission ALL_KEYS =
      new Permission(Permission.READWRITE, new byte[0], new byte[1]);

  private final AuthStore auth;
  private final int bcryptCost;
  private final Logger log;

  /**
   * @param bcryptCost of passwords that come unhashed
   */
  public AuthChanges(AuthStore auth, int bcryptCost, Logger log) {
    this.auth = auth;
    this.bcryptCost = bcryptCost;
    this.log = log;
  }

  /** A request that is refused, on its way out of the rules below. */
  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final AuthError reason;

    Refusal(AuthError reason) {
      super(null, null, false, false);
      this.reason = reason;
    }
  }

  /**
   * Carries {@code request} out.
   *
   * @param index of its entry
   * @param revision of the store, for the answer
   */
  Outcome apply(AuthRequest request, long index, long revision) {
    try {
      return answer(request, index, revision);
    } catch (Refusal refusal) {
      return new Outcome.Refused(revision, new ApplyError.Auth(refusal.reason));
    }
  }

  private Outcome answer(AuthRequest request, long index, long revision) {
    AuthView now = auth.view();
    switch (request) {
      case AuthRequest.Status _ -> {
        return new AuthResult.Status(revision, now.enabled(), now.revision());
      }
      case AuthRequest.UserGet get -> {
        return new AuthResult.Names(revision, user(get.user()).roles());
      }
      case AuthRequest.UserList _ -> {
        return new AuthResult.Names(revision, now.userNames());
      }
      case AuthRequest.RoleGet get -> {
        Role role = role(get.role());
        return new AuthResult.Permissions(
            revision, get.role().equals(Role.ROOT) ? List.of(ALL_KEYS) : role.permissions());
      }
      case AuthRequest.RoleList _ -> {
        // etcd scans from 00 up to ff: what begins with ff is not in its list.
        return new AuthResult.Names(
            revision, now.roleNames().stream().filter(name -> name.charAt(0) != '\u00ff').toList());
      }
      case AuthRequest.Authenticate authenticate -> {
        return authenticate(authenticate, index, revision);
      }
      case AuthRequest.Enable _ -> enable();
      case AuthRequest.Disable _ -> disable();
      case AuthRequest.UserAdd add -> addUser(add);
      case AuthRequest.UserDelete delete -> deleteUser(delete.user());
      case AuthRequest.UserChangePassword change -> changePassword(change);
      case AuthRequest.UserGrantRole grant -> grantRole(grant.user(), grant.role());
      case AuthRequest.UserRevokeRole revoke -> revokeRole(revoke.user(), revoke.role());
      case AuthRequest.RoleAdd add -> addRole(add.role());
      case AuthRequest.RoleDelete delete -> deleteRole(delete.role());
      case AuthRequest.RoleGrantPermission grant -> grantPermission(grant);
      case AuthRequest.RoleRevokePermission revoke -> revokePermission(revoke);
    }
    return new Outcome.Done(revision);
  }

  // ---- auth itself ----

  private void enable() {
    if (auth.enabled()) {
      log.atInfo().log("authentication is already enabled; ignored auth enable request");
      return;
    }
    User root =
        auth.view().user(User.ROOT).orElseThrow(() -> new Refusal(AuthError.ROOT_USER_MISSING));
    refuseIf(!root.roles().contains(Role.ROOT), AuthError.ROOT_ROLE_MISSING);
    auth.enable();
    log.atInfo().log("enabled authentication");
  }

  private void disable() {
    if (auth.enabled()) {
      auth.disable();
      log.atInfo().log("disabled authentication");
    }
  }

  /** The password was checked before this was proposed; it never enters the log. */
  private Outcome authenticate(AuthRequest.Authenticate request, long index, long revision) {
    AuthView now = auth.view();
    refuseIf(!now.enabled(), AuthError.NOT_ENABLED);
    User user =
        now.user(request.user()).orElseThrow(() -> new Refusal(AuthError.AUTHENTICATION_FAILED));
    refuseIf(user.noPassword(), AuthError.NO_PASSWORD_USER);
    // Tokens name the index that was applied before, as the original's do: each member makes the
    // same token of this entry, whichever kind it is.
    long before = index - 1;
    auth.authenticated(user.name(), request.tokenPrefix(), before);
    return new AuthResult.Authenticated(
        revision, user.name(), request.tokenPrefix(), before, now.revision());
  }

  // ---- users ----

  private void addUser(AuthRequest.UserAdd add) {
    refuseIf(add.user().isEmpty(), AuthError.USER_EMPTY);
    refuseIf(auth.view().user(add.user()).isPresent(), AuthError.USER_EXISTS);
    byte[] hash =
        add.noPassword() ? new byte[0] : hash(add.user(), add.password(), add.hashedPassword());
    auth.put(new User(add.user(), hash, List.of(), add.noPassword()));
    log.atInfo().addKeyValue("user-name", ByteText.shown(add.user())).log("added a user");
  }

  private void deleteUser(String name) {
    refuseIf(auth.enabled() && name.equals(User.ROOT), AuthError.INVALID_MANAGEMENT);
    User user = user(name);
    auth.delete(user);
    auth.logOut(name);
    log.atInfo()
        .addKeyValue("user-name", ByteText.shown(name))
        .addKeyValue("user-roles", shown(user.roles()))
        .log("deleted a user");
  }

  private void changePassword(AuthRequest.UserChangePassword change) {
    User user = user(change.user());
    byte[] hash =
        user.noPassword()
            ? new byte[0]
            : hash(user.name(), change.password(), change.hashedPassword());
    auth.put(user.withPasswordHash(hash));
    auth.logOut(user.name());
    log.atInfo()
        .addKeyValue("user-name", ByteText.shown(user.name()))
        .addKeyValue("user-roles", shown(user.roles()))
        .log("changed a password of a user");
  }

  /** What to store for a password: since 3.5 the proposal carries the hash. */
  private byte[] hash(String user, String password, String hashed) {
    if (!password.isEmpty() && hashed.isEmpty()) {
      byte[] bytes = ByteText.bytes(password);
      refuseIf(bytes.length > Passwords.MAX_BYTES, AuthError.NO_PASSWORD_USER);
      return Passwords.hash(bytes, bcryptCost, salt(user, password));
    }
    try {
      return Base64.getDecoder().decode(withoutLineBreaks(hashed));
    } catch (IllegalArgumentException notBase64) {
      throw new Refusal(AuthError.NO_PASSWORD_USER);
    }
  }

  private static byte[] withoutLineBreaks(String base64) {
    String text = base64.replace("\r", "").replace("\n", "");
    refuseIf(text.length() % 4 != 0, AuthError.NO_PASSWORD_USER); // Go demands the padding
    return ByteText.bytes(text);
  }

  /**
   * Departure from etcd, which takes a random salt here: all members shall store the same. A salt
   * only has to differ from others.
   */
  private byte[] salt(String user, String password) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(ByteText.bytes(auth.revision() + "/" + user + "/"));
      return Arrays.copyOf(digest.digest(ByteText.bytes(password)), Passwords.SALT_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private void grantRole(String userName, String roleName) {
    User user = user(userName);
    if (!roleName.equals(Role.ROOT)) {
      role(roleName);
    }
    if (user.roles().contains(roleName)) {
      log.atWarn()
          .addKeyValue("user-name", ByteText.shown(userName))
          .addKeyValue("user-roles", shown(user.roles()))
          .addKeyValue("duplicate-role-name", ByteText.shown(roleName))
          .log("ignored grant role request to a user");
      return;
    }
    User granted = user.withRole(roleName);
    auth.put(granted);
    log.atInfo()
        .addKeyValue("user-name", ByteText.shown(userName))
        .addKeyValue("user-roles", shown(granted.roles()))
        .addKeyValue("added-role-name", ByteText.shown(roleName))
        .log("granted a role to a user");
  }

  private void revokeRole(String userName, String roleName) {
    refuseIf(
        auth.enabled() && userName.equals(User.ROOT) && roleName.equals(Role.ROOT),
        AuthError.INVALID_MANAGEMENT);
    User user = user(userName);
    refuseIf(!user.roles().contains(roleName), AuthError.ROLE_NOT_GRANTED);
    User revoked = user.withoutRole(roleName);
    auth.put(revoked);
    log.atInfo()
        .addKeyValue("user-name", ByteText.shown(userName))
        .addKeyValue("old-user-roles", shown(user.roles()))
        .addKeyValue("new-user-roles", shown(revoked.roles()))
        .addKeyValue("revoked-role-name", ByteText.shown(roleName))
        .log("revoked a role from a user");
  }

  // ---- roles ----

  private void addRole(String name) {
    refuseIf(name.isEmpty(), AuthError.ROLE_EMPTY);
    refuseIf(auth.view().role(name).isPresent(), AuthError.ROLE_EXISTS);
    auth.put(new Role(name, List.of()));
    log.atInfo().addKeyValue("role-name", ByteText.shown(name)).log("created a role");
  }

  private void deleteRole(String name) {
    refuseIf(auth.enabled() && name.equals(Role.ROOT), AuthError.INVALID_MANAGEMENT);
    auth.delete(role(name));
    log.atInfo().addKeyValue("role-name", ByteText.shown(name)).log("deleted a role");
  }

  private void grantPermission(AuthRequest.RoleGrantPermission grant) {
    Permission permission =
        grant.permission().orElseThrow(() -> new Refusal(AuthError.PERMISSION_NOT_GIVEN));
    refuseIf(!isRange(permission.key(), permission.rangeEnd()), AuthError.INVALID_MANAGEMENT);
    auth.put(role(grant.role()).with(permission));
    log.atInfo()
        .addKeyValue("user-name", ByteText.shown(grant.role())) // so named by etcd
        .addKeyValue("permission-name", typeName(permission.type()))
        .addKeyValue("key", ByteText.shown(ByteText.of(permission.key())))
        .addKeyValue("range-end", ByteText.shown(ByteText.of(permission.rangeEnd())))
        .log("granted/updated a permission to a user");
  }

  /** One key, everything from a key on, or a range that can have keys. */
  private static boolean isRange(byte[] key, byte[] rangeEnd) {
    if (key.length == 0) {
      return false;
    }
    boolean open = rangeEnd.length == 0 || rangeEnd.length == 1 && rangeEnd[0] == 0;
    return open || Arrays.compareUnsigned(key, rangeEnd) < 0;
  }

  private static String typeName(int type) {
    return switch (type) {
      case Permission.READ -> "READ";
      case Permission.WRITE -> "WRITE";
      case Permission.READWRITE -> "READWRITE";
      default -> "";
    };
  }

  private void revokePermission(AuthRequest.RoleRevokePermission revoke) {
    Optional<Role> left = role(revoke.role()).without(revoke.key(), revoke.rangeEnd());
    auth.put(left.orElseThrow(() -> new Refusal(AuthError.PERMISSION_NOT_GRANTED)));
    log.atInfo()
        .addKeyValue("role-name", ByteText.shown(revoke.role()))
        .addKeyValue("key", ByteText.shown(ByteText.of(revoke.key())))
        .addKeyValue("range-end", ByteText.shown(ByteText.of(revoke.rangeEnd())))
        .log("revoked a permission on range");
  }

  // ----

  private User user(String name) {
    return auth.view().user(name).orElseThrow(() -> new Refusal(AuthError.USER_NOT_FOUND));
  }

  private Role role(String name) {
    return auth.view().role(name).orElseThrow(() -> new Refusal(AuthError.ROLE_NOT_FOUND));
  }

  private static void refuseIf(boolean wrong, AuthError reason) {
    if (wrong) {
      throw new Refusal(reason);
    }
  }

  private static List<String> shown(List<String> names) {
    return names.stream().map(ByteText::shown).toList();
  }
}
