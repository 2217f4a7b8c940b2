package io.quorate.etcdctl.auth;

import io.quorate.cli.command.Failure;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.message.HeaderAnswer;
import java.util.List;

/** {@code user delete}. */
public final class UserDelete extends EtcdctlCommand {
  public UserDelete(Invocation invocation) {
    super(invocation, "delete <user name>", "Deletes a user");
  }

  @Override
  protected void execute(List<String> arguments) {
    if (arguments.size() != 1) {
      throw Failure.badArguments("user delete command requires user name as its argument");
    }
    String name = arguments.getFirst();
    AuthCalls auth = new AuthCalls(invocation.connect(this), Limits.none());
    invocation.show(HeaderAnswer.of(auth.call("UserDelete", name), "User " + name + " deleted"));
  }
}
