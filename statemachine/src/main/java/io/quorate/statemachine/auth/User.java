package io.quorate.statemachine.auth;

import io.quorate.statemachine.request.ByteText;
import io.quorate.statemachine.request.ProtoReader;
import io.quorate.statemachine.request.ProtoWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * A user as bucket {@code authUsers} holds it: authpb.User under the name (spec/storage.md 2.4).
 *
 * @param passwordHash bcrypt's text; empty if nobody can log in with a password
 * @param roles in byte order
 * @param noPassword such a user is known by certificate only
 */
public record User(String name, byte[] passwordHash, List<String> roles, boolean noPassword) {
  public static final String ROOT = "root";

  public User {
    roles = List.copyOf(roles);
  }

  public User withPasswordHash(byte[] hash) {
    return new User(name, hash, roles, noPassword);
  }

  public User withRole(String role) {
    List<String> more = new ArrayList<>(roles);
    more.add(role);
    more.sort(null);
    return new User(name, passwordHash, more, noPassword);
  }

  public User withoutRole(String role) {
    return new User(
        name, passwordHash, roles.stream().filter(each -> !each.equals(role)).toList(), noPassword);
  }

  /** Whether it may do everything. */
  boolean isAdmin() {
    return roles.contains(Role.ROOT);
  }

  byte[] encode() {
    ProtoWriter out = new ProtoWriter(96).byteText(1, name).bytes(2, passwordHash);
    for (String role : roles) {
      out.alwaysBytes(3, ByteText.bytes(role));
    }
    // The options are there even when they say nothing.
    return out.message(4, new ProtoWriter(2).bool(1, noPassword)).toByteArray();
  }

  static User decode(byte[] data) {
    ProtoReader in = new ProtoReader("User", data);
    String name = "";
    byte[] passwordHash = {};
    List<String> roles = new ArrayList<>();
    boolean noPassword = false;
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> name = in.byteText("Name");
        case 2 -> passwordHash = in.bytes("Password");
        case 3 -> roles.add(in.byteText("Roles"));
        case 4 -> {
          ProtoReader options = in.message("Options", "UserAddOptions");
          for (int option; (option = options.next()) != 0; ) {
            if (option == 1) {
              noPassword = options.bool("NoPassword");
            } else {
              options.skip();
            }
          }
        }
        default -> in.skip();
      }
    }
    return new User(name, passwordHash, roles, noPassword);
  }

  @Override
  public String toString() {
    return "User[" + ByteText.shown(name) + ", roles " + roles + "]"; // never the hash
  }
}
