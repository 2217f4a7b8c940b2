package io.quorate.statemachine.auth;

import io.quorate.statemachine.request.Permission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Users, roles and what they may do, as of one auth revision. Immutable, for any thread: whoever
 * asks several questions asks one view.
 */
public final class AuthView {
  static final AuthView EMPTY = new AuthView(false, 0, new TreeMap<>(), new TreeMap<>());

  /** What one user may do. */
  private record Rights(PermittedKeys read, PermittedKeys write) {}

  private final boolean enabled;
  private final long revision;
  private final NavigableMap<String, User> users;
  private final NavigableMap<String, Role> roles;
  // Made when first asked for, so that a change costs nothing for those who do not come.
  private final Map<String, Rights> rights = new ConcurrentHashMap<>();

  /** The maps are the view's own from here on. */
  AuthView(
      boolean enabled,
      long revision,
      NavigableMap<String, User> users,
      NavigableMap<String, Role> roles) {
    this.enabled = enabled;
    this.revision = revision;
    this.users = users;
    this.roles = roles;
  }

  public boolean enabled() {
    return enabled;
  }

  /** Counts changes; 1 in a new store. */
  public long revision() {
    return revision;
  }

  public Optional<User> user(String name) {
    return Optional.ofNullable(users.get(name));
  }

  public Optional<Role> role(String name) {
    return Optional.ofNullable(roles.get(name));
  }

  /** In byte order. */
  public List<String> userNames() {
    return List.copyOf(users.keySet());
  }

  /** In byte order. */
  public List<String> roleNames() {
    return List.copyOf(roles.keySet());
  }

  NavigableMap<String, User> copyOfUsers() {
    return new TreeMap<>(users);
  }

  NavigableMap<String, Role> copyOfRoles() {
    return new TreeMap<>(roles);
  }

  // ---- may they? (spec/server.md 5.4) ----

  /**
   * Whether {@code caller} may do this with all keys of a range.
   *
   * @param rangeEnd as in requests
   * @return why not; empty if so, or if auth is off
   */
  public Optional<AuthError> check(Identity caller, Access access, byte[] key, byte[] rangeEnd) {
    if (!enabled) {
      return Optional.empty();
    }
    if (caller.authRevision() == 0) {
      return Optional.of(AuthError.USER_EMPTY);
    }
    if (Long.compareUnsigned(caller.authRevision(), revision) < 0) {
      return Optional.of(AuthError.OLD_REVISION);
    }
    User user = users.get(caller.user());
    if (user == null) {
      return Optional.of(AuthError.PERMISSION_DENIED);
    }
    if (user.isAdmin()) {
      return Optional.empty();
    }
    Rights of = rights.computeIfAbsent(caller.user(), _ -> rights(user));
    PermittedKeys permitted = access == Access.READ ? of.read : of.write;
    return permitted.contains(key, rangeEnd)
        ? Optional.empty()
        : Optional.of(AuthError.PERMISSION_DENIED);
  }

  private Rights rights(User user) {
    List<Permission> all = new ArrayList<>();
    for (String name : user.roles()) {
      role(name).ifPresent(role -> all.addAll(role.permissions()));
    }
    return new Rights(PermittedKeys.of(all, Access.READ), PermittedKeys.of(all, Access.WRITE));
  }

  /**
   * Whether {@code caller} may do what only administrators may. The auth revision is not looked at.
   *
   * @return why not; empty if so, or if auth is off
   */
  public Optional<AuthError> checkAdmin(Identity caller) {
    if (!enabled) {
      return Optional.empty();
    }
    if (caller.user().isEmpty()) {
      return Optional.of(AuthError.USER_EMPTY);
    }
    User user = users.get(caller.user());
    if (user == null) {
      return Optional.of(AuthError.USER_NOT_FOUND);
    }
    return user.isAdmin() ? Optional.empty() : Optional.of(AuthError.PERMISSION_DENIED);
  }

  /** Whether {@code caller} is a user that has {@code role}. */
  public boolean hasRole(Identity caller, String role) {
    User user = users.get(caller.user());
    return user != null && user.roles().contains(role);
  }

  /** Whether {@code caller} is anybody at all. */
  public Optional<AuthError> checkAnybody(Identity caller) {
    return enabled && caller.user().isEmpty()
        ? Optional.of(AuthError.USER_EMPTY)
        : Optional.empty();
  }
}
