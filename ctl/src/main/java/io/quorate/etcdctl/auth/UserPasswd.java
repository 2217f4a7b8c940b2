package io.quorate.etcdctl.auth;

import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.message.HeaderAnswer;
import java.util.List;

/** {@code user passwd}. */
public final class UserPasswd extends EtcdctlCommand {
  private final Flag.Bool interactive =
      flags().bool("interactive", true, "ask for the password, instead of reading stdin");

  public UserPasswd(Invocation invocation) {
    super(invocation, "passwd <user name> [options]", "Changes the password of a user");
  }

  @Override
  protected void execute(List<String> arguments) {
    if (arguments.size() != 1) {
      throw Failure.badArguments("user passwd command requires user name as its argument");
    }
    String name = arguments.getFirst();
    String password = NewPassword.of(name, interactive.value(), invocation);
    AuthCalls auth = new AuthCalls(invocation.connect(this), Limits.none());
    invocation.show(
        HeaderAnswer.of(auth.call("UserChangePassword", name, password), "Password updated"));
  }
}
