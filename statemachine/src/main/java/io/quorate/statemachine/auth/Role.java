package io.quorate.statemachine.auth;

import io.quorate.statemachine.request.ByteText;
import io.quorate.statemachine.request.Permission;
import io.quorate.statemachine.request.ProtoReader;
import io.quorate.statemachine.request.ProtoWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A role as bucket {@code authRoles} holds it: authpb.Role under the name (spec/storage.md 2.4).
 *
 * @param permissions in byte order of their keys
 */
public record Role(String name, List<Permission> permissions) {
  /** Whoever has this role may do everything, whether the role exists or not. */
  public static final String ROOT = "root";

  private static final Comparator<Permission> BY_KEY =
      Comparator.comparing(Permission::key, Arrays::compareUnsigned);

  public Role {
    permissions = List.copyOf(permissions);
  }

  /** Adds {@code granted}, or gives the right to the same range its type. */
  public Role with(Permission granted) {
    List<Permission> all = new ArrayList<>(permissions);
    // As in etcd, only the first permission with the key counts as the same; a second range from
    // one key can be granted twice.
    int first = 0;
    while (first < all.size() && Arrays.compareUnsigned(all.get(first).key(), granted.key()) < 0) {
      first++;
    }
    if (first < all.size() && sameRange(all.get(first), granted.key(), granted.rangeEnd())) {
      Permission old = all.get(first);
      all.set(first, new Permission(granted.type(), old.key(), old.rangeEnd()));
    } else {
      all.add(granted);
      all.sort(BY_KEY);
    }
    return new Role(name, all);
  }

  /** Takes the right to exactly this range away; empty if there is none. */
  public Optional<Role> without(byte[] key, byte[] rangeEnd) {
    List<Permission> left =
        permissions.stream().filter(each -> !sameRange(each, key, rangeEnd)).toList();
    return left.size() == permissions.size() ? Optional.empty() : Optional.of(new Role(name, left));
  }

  private static boolean sameRange(Permission permission, byte[] key, byte[] rangeEnd) {
    return Arrays.equals(permission.key(), key) && Arrays.equals(permission.rangeEnd(), rangeEnd);
  }

  byte[] encode() {
    ProtoWriter out = new ProtoWriter(64).byteText(1, name);
    permissions.forEach(permission -> out.message(2, permission.encode()));
    return out.toByteArray();
  }

  static Role decode(byte[] data) {
    ProtoReader in = new ProtoReader("Role", data);
    String name = "";
    List<Permission> permissions = new ArrayList<>();
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> name = in.byteText("Name");
        case 2 -> permissions.add(Permission.decode(in.message("KeyPermission", "Permission")));
        default -> in.skip();
      }
    }
    return new Role(name, permissions);
  }

  @Override
  public String toString() {
    return "Role[" + ByteText.shown(name) + "]";
  }
}
