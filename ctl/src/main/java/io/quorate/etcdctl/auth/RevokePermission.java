package io.quorate.etcdctl.auth;

import io.quorate.cli.command.Failure;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.message.HeaderAnswer;
import io.quorate.gotext.RawText;
import java.util.List;

/** {@code role revoke-permission}. */
public final class RevokePermission extends EtcdctlCommand {
  private static final int ROLE = 1;
  private static final int KEY = 2;
  private static final int RANGE_END = 3;

  private final PermissionRange range = new PermissionRange(flags());

  public RevokePermission(Invocation invocation) {
    super(
        invocation,
        "revoke-permission <role name> <key> [endkey]",
        "Takes back what a role may do with keys");
  }

  @Override
  protected void execute(List<String> arguments) {
    if (arguments.size() < 2) {
      throw Failure.badArguments(
          "role revoke-permission command requires role name and key [endkey] as its argument");
    }
    String role = arguments.get(0);
    String key = arguments.get(1);
    range.take(arguments.subList(1, arguments.size()));
    ProtoWriter request =
        new ProtoWriter()
            .bytes(ROLE, RawText.bytes(role))
            .bytes(KEY, range.key())
            .bytes(RANGE_END, range.end());
    AuthCalls auth = new AuthCalls(invocation.connect(this), Limits.none());
    invocation.show(
        HeaderAnswer.of(
            auth.call("RoleRevokePermission", request), revoked(key) + " from role " + role));
  }

  private String revoked(String key) {
    byte[] end = range.end();
    if (end.length == 0) {
      return "Permission of key " + key + " is revoked";
    }
    return end.length == 1 && end[0] == 0
        ? "Permission of range [" + key + ", <open ended> is revoked"
        : "Permission of range [" + key + ", " + RawText.of(end) + ") is revoked";
  }
}
