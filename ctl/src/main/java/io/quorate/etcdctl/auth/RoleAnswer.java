package io.quorate.etcdctl.auth;

import io.quorate.client.wire.ProtoReader;
import io.quorate.etcdctl.message.Header;
import io.quorate.etcdctl.output.Answer;
import io.quorate.etcdctl.output.FieldsText;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.etcdctl.output.SimpleText;
import java.util.ArrayList;
import java.util.List;

/** {@code AuthRoleGetResponse}. */
final class RoleAnswer extends Answer {
  private static final int PERMISSIONS = 2;
  private static final String ROOT = "root";

  private final byte[] bytes;
  private final String role;
  private final List<Permission> permissions = new ArrayList<>();

  RoleAnswer(byte[] response, String role) {
    this.bytes = response;
    this.role = role;
    ProtoReader in = new ProtoReader(response);
    while (in.next()) {
      if (in.number() == PERMISSIONS) {
        permissions.add(Permission.read(in.message()));
      }
    }
  }

  @Override
  public void simple(SimpleText out) {
    out.line("Role " + role);
    if (role.equals(ROOT) && permissions.isEmpty()) {
      // It may do everything, which is stored nowhere.
      out.line("KV Read:").line("\t[, <open ended>");
      out.line("KV Write:").line("\t[, <open ended>");
      return;
    }
    out.line("KV Read:");
    ranges(out, Permission.READ);
    out.line("KV Write:");
    ranges(out, Permission.WRITE);
  }

  private void ranges(SimpleText out, int what) {
    for (Permission permission : permissions) {
      if (permission.allows(what)) {
        out.line("\t" + permission.range());
      }
    }
  }

  @Override
  public void json(JsonText out) {
    out.beginObject();
    Header.of(bytes).json(out);
    if (!permissions.isEmpty()) {
      out.beginArray("perm");
      for (Permission permission : permissions) {
        permission.json(out);
      }
      out.endArray();
    }
    out.endObject();
  }

  @Override
  public void fields(FieldsText out) {
    Header.of(bytes).fields(out);
    for (Permission permission : permissions) {
      permission.fields(out);
    }
  }

  @Override
  public byte[] protobuf() {
    return bytes;
  }
}
