package io.quorate.etcdctl.auth;

import io.quorate.cli.command.Failure;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.message.HeaderAnswer;
import java.util.List;

/** {@code user grant-role}. */
final class UserGrantRole extends EtcdctlCommand {
  UserGrantRole(Invocation invocation) {
    super(invocation, "grant-role <user name> <role name>", "Gives a role to a user");
  }

  @Override
  protected void execute(List<String> arguments) {
    if (arguments.size() != 2) {
      throw Failure.badArguments(
          "user grant command requires user name and role name as its argument");
    }
    String user = arguments.get(0);
    String role = arguments.get(1);
    AuthCalls auth = new AuthCalls(invocation.connect(this), Limits.none());
    invocation.show(
        HeaderAnswer.of(
            auth.call("UserGrantRole", user, role),
            "Role " + role + " is granted to user " + user));
  }
}
