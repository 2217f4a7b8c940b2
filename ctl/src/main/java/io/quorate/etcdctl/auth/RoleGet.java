package io.quorate.etcdctl.auth;

import io.quorate.cli.command.Failure;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import java.util.List;

/** {@code role get}. */
public final class RoleGet extends EtcdctlCommand {
  public RoleGet(Invocation invocation) {
    super(invocation, "get <role name>", "Shows what a role may do");
  }

  @Override
  protected void execute(List<String> arguments) {
    if (arguments.size() != 1) {
      throw Failure.badArguments("role get command requires role name as its argument");
    }
    String name = arguments.getFirst();
    AuthCalls auth = new AuthCalls(invocation.connect(this), Limits.none());
    invocation.show(new RoleAnswer(auth.call("RoleGet", name), name));
  }
}
