package io.quorate.etcdctl.auth;

import io.quorate.cli.command.Failure;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.message.HeaderAnswer;
import java.util.List;

/** {@code user revoke-role}. */
final class UserRevokeRole extends EtcdctlCommand {
  UserRevokeRole(Invocation invocation) {
    super(invocation, "revoke-role <user name> <role name>", "Takes a role from a user");
  }

  @Override
  protected void execute(List<String> arguments) {
    if (arguments.size() != 2) {
      throw Failure.badArguments(
          "user revoke-role requires user name and role name as its argument");
    }
    String user = arguments.get(0);
    String role = arguments.get(1);
    AuthCalls auth = new AuthCalls(invocation.connect(this), Limits.none());
    invocation.show(
        HeaderAnswer.of(
            auth.call("UserRevokeRole", user, role),
            "Role " + role + " is revoked from user " + user));
  }
}
