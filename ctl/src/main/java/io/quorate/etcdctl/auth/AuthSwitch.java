package io.quorate.etcdctl.auth;

import io.quorate.cli.command.Failure;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import java.util.List;

/** A command about authentication as a whole: it takes no arguments. */
abstract class AuthSwitch extends EtcdctlCommand {
  AuthSwitch(Invocation invocation, String use, String summary) {
    super(invocation, use, summary);
  }

  @Override
  protected final void execute(List<String> arguments) {
    Limits limits = Limits.commandTimeout(invocation);
    if (!arguments.isEmpty()) {
      throw Failure.badArguments("auth " + name() + " command does not accept any arguments");
    }
    execute(new AuthCalls(invocation.connect(this), limits.left()));
  }

  abstract void execute(AuthCalls auth);
}
