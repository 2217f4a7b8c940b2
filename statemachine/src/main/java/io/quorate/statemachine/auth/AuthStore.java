package io.quorate.statemachine.auth;

import io.quorate.backend.Backend;
import io.quorate.backend.schema.BucketName;
import io.quorate.backend.schema.MetaKey;
import io.quorate.statemachine.request.ByteText;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The buckets {@code auth}, {@code authUsers}, {@code authRoles}, and in memory the {@link
 * AuthView} of them. It keeps what it is given; which changes are allowed is decided in {@code
 * apply}. Written on the apply thread, the view is read from any.
 */
public final class AuthStore {
  private static final byte[] ON = {1};
  private static final byte[] OFF = {0};

  private final Backend backend;
  private final List<AuthListener> listeners = new ArrayList<>();
  private volatile AuthView view = AuthView.EMPTY;

  public AuthStore(Backend backend) {
    this.backend = backend;
  }

  /** Forgets everything and reads the database. */
  public void recover() {
    boolean enabled =
        backend
            .get(MetaKey.AUTH_ENABLED.bucket(), MetaKey.AUTH_ENABLED.bytes())
            .map(value -> Arrays.equals(value, ON))
            .orElse(false);
    long revision =
        backend
            .get(MetaKey.AUTH_REVISION.bucket(), MetaKey.AUTH_REVISION.bytes())
            .map(value -> ByteBuffer.wrap(value).getLong())
            .orElse(0L);
    NavigableMap<String, User> users = new TreeMap<>();
    backend.forEach(
        BucketName.AUTH_USERS,
        (_, value) -> {
          User user = User.decode(value.toArray(ValueLayout.JAVA_BYTE));
          users.put(user.name(), user);
        });
    NavigableMap<String, Role> roles = new TreeMap<>();
    backend.forEach(
        BucketName.AUTH_ROLES,
        (_, value) -> {
          Role role = Role.decode(value.toArray(ValueLayout.JAVA_BYTE));
          roles.put(role.name(), role);
        });
    view = new AuthView(enabled, revision, users, roles);
  }

  /** A new store has revision 1. Written with whatever is written next. */
  public void initialize() {
    if (view.revision() == 0) {
      changed(view.enabled(), view.copyOfUsers(), view.copyOfRoles());
    }
  }

  /** Listeners are set once, before the first entry. */
  public void listen(AuthListener listener) {
    listeners.add(listener);
  }

  // ---- any thread ----

  public AuthView view() {
    return view;
  }

  public boolean enabled() {
    return view.enabled();
  }

  public long revision() {
    return view.revision();
  }

  // ---- apply thread; each but enable() is one change of the auth revision ----

  /** Turns auth on. Users and roles stay, and so does the auth revision. */
  public void enable() {
    backend.put(MetaKey.AUTH_ENABLED.bucket(), MetaKey.AUTH_ENABLED.bytes(), ON);
    view = new AuthView(true, view.revision(), view.copyOfUsers(), view.copyOfRoles());
  }

  /** Turns auth off; everybody is logged out. */
  public void disable() {
    backend.put(MetaKey.AUTH_ENABLED.bucket(), MetaKey.AUTH_ENABLED.bytes(), OFF);
    changed(false, view.copyOfUsers(), view.copyOfRoles());
    listeners.forEach(AuthListener::disabled);
  }

  /** Adds {@code user}, or puts it in the place of the one of its name. */
  public void put(User user) {
    NavigableMap<String, User> users = view.copyOfUsers();
    users.put(user.name(), user);
    store(user);
    changed(view.enabled(), users, view.copyOfRoles());
  }

  public void delete(User user) {
    NavigableMap<String, User> users = view.copyOfUsers();
    users.remove(user.name());
    backend.delete(BucketName.AUTH_USERS, ByteText.bytes(user.name()));
    changed(view.enabled(), users, view.copyOfRoles());
  }

  /** Adds {@code role}, or puts it in the place of the one of its name. */
  public void put(Role role) {
    NavigableMap<String, Role> roles = view.copyOfRoles();
    roles.put(role.name(), role);
    backend.put(BucketName.AUTH_ROLES, ByteText.bytes(role.name()), role.encode());
    changed(view.enabled(), view.copyOfUsers(), roles);
  }

  /** Removes {@code role}, also from all users that have it. */
  public void delete(Role role) {
    NavigableMap<String, Role> roles = view.copyOfRoles();
    roles.remove(role.name());
    backend.delete(BucketName.AUTH_ROLES, ByteText.bytes(role.name()));
    NavigableMap<String, User> users = view.copyOfUsers();
    users.replaceAll((_, user) -> {
      if (!user.roles().contains(role.name())) {
        return user;
      }
      User without = user.withoutRole(role.name());
      store(without);
      return without;
    });
    changed(view.enabled(), users, roles);
  }

  /** Somebody has logged in: nothing is stored, but all members know. */
  public void authenticated(String user, String tokenPrefix, long index) {
    listeners.forEach(listener -> listener.authenticated(user, tokenPrefix, index));
  }

  /** Whoever logged in as {@code user} is out. */
  public void logOut(String user) {
    listeners.forEach(listener -> listener.loggedOut(user));
  }

  private void store(User user) {
    backend.put(BucketName.AUTH_USERS, ByteText.bytes(user.name()), user.encode());
  }

  private void changed(
      boolean enabled, NavigableMap<String, User> users, NavigableMap<String, Role> roles) {
    long revision = view.revision() + 1;
    backend.put(
        MetaKey.AUTH_REVISION.bucket(),
        MetaKey.AUTH_REVISION.bytes(),
        ByteBuffer.allocate(8).putLong(revision).array());
    view = new AuthView(enabled, revision, users, roles);
  }
}
