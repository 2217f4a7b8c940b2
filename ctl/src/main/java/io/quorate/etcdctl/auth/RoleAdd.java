package io.quorate.etcdctl.auth;

import io.quorate.cli.command.Failure;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.message.HeaderAnswer;
import java.util.List;

/** {@code role add}. */
public final class RoleAdd extends EtcdctlCommand {
  public RoleAdd(Invocation invocation) {
    super(invocation, "add <role name>", "Adds a role");
  }

  @Override
  protected void execute(List<String> arguments) {
    if (arguments.size() != 1) {
      throw Failure.badArguments("role add command requires role name as its argument");
    }
    String name = arguments.getFirst();
    AuthCalls auth = new AuthCalls(invocation.connect(this), Limits.none());
    invocation.show(HeaderAnswer.of(auth.call("RoleAdd", name), "Role " + name + " created"));
  }
}
