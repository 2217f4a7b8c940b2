package io.quorate.etcdctl.auth;

import io.quorate.cli.command.Failure;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.output.SimpleText;
import java.util.List;

/** {@code user list}. */
public final class UserList extends EtcdctlCommand {
  public UserList(Invocation invocation) {
    super(invocation, "list", "Lists all users");
  }

  @Override
  protected void execute(List<String> arguments) {
    if (!arguments.isEmpty()) {
      throw Failure.badArguments("user list command requires no arguments");
    }
    AuthCalls auth = new AuthCalls(invocation.connect(this), Limits.none());
    invocation.show(new Users(auth.call("UserList")));
  }

  /** {@code AuthUserListResponse}. */
  private static final class Users extends NamesAnswer {
    Users(byte[] response) {
      super(response, "users");
    }

    @Override
    public void simple(SimpleText out) {
      for (String user : names()) {
        out.line(user);
      }
    }
  }
}
