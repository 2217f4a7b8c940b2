package io.quorate.etcdctl.auth;

import io.quorate.cli.command.Failure;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.message.HeaderAnswer;
import java.util.List;

/** {@code role delete}. */
public final class RoleDelete extends EtcdctlCommand {
  public RoleDelete(Invocation invocation) {
    super(invocation, "delete <role name>", "Deletes a role");
  }

  @Override
  protected void execute(List<String> arguments) {
    if (arguments.size() != 1) {
      throw Failure.badArguments("role delete command requires role name as its argument");
    }
    String name = arguments.getFirst();
    AuthCalls auth = new AuthCalls(invocation.connect(this), Limits.none());
    invocation.show(HeaderAnswer.of(auth.call("RoleDelete", name), "Role " + name + " deleted"));
  }
}
