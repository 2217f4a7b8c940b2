package io.quorate.etcdctl.auth;

import io.quorate.cli.command.Failure;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.message.HeaderAnswer;
import io.quorate.gotext.RawText;
import java.util.List;
import java.util.Locale;

/** {@code role grant-permission}. */
public final class GrantPermission extends EtcdctlCommand {
  private static final int NAME = 1;
  private static final int PERMISSION = 2;

  private final PermissionRange range = new PermissionRange(flags());

  public GrantPermission(Invocation invocation) {
    super(
        invocation,
        "grant-permission [options] <role name> <permission type> <key> [endkey]",
        "Lets a role read or write keys");
  }

  @Override
  protected void execute(List<String> arguments) {
    if (arguments.size() < 3) {
      throw Failure.badArguments(
          "role grant command requires role name, permission type, and key [endkey] as its"
              + " argument");
    }
    String role = arguments.getFirst();
    int type = type(arguments.get(1));
    range.take(arguments.subList(2, arguments.size()));
    byte[] permission =
        new ProtoWriter().number(1, type).bytes(2, range.key()).bytes(3, range.end()).toBytes();
    ProtoWriter request =
        new ProtoWriter().bytes(NAME, RawText.bytes(role)).element(PERMISSION, permission);
    AuthCalls auth = new AuthCalls(invocation.connect(this), Limits.none());
    invocation.show(
        HeaderAnswer.of(auth.call("RoleGrantPermission", request), "Role " + role + " updated"));
  }

  private static int type(String text) {
    return switch (text.toUpperCase(Locale.ROOT)) {
      case "READ" -> Permission.READ;
      case "WRITE" -> Permission.WRITE;
      case "READWRITE" -> Permission.READWRITE;
      default -> throw Failure.badArguments("invalid permission type: " + text);
    };
  }
}
