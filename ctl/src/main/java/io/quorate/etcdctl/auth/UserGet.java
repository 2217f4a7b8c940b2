package io.quorate.etcdctl.auth;

import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.output.SimpleText;
import java.util.List;

/** {@code user get}. */
public final class UserGet extends EtcdctlCommand {
  private final Flag.Bool detail =
      flags().bool("detail", false, "also what the roles of the user may do");

  public UserGet(Invocation invocation) {
    super(invocation, "get <user name> [options]", "Shows the roles of a user");
  }

  @Override
  protected void execute(List<String> arguments) {
    if (arguments.size() != 1) {
      throw Failure.badArguments("user get command requires user name as its argument");
    }
    String name = arguments.getFirst();
    AuthCalls auth = new AuthCalls(invocation.connect(this), Limits.none());
    RolesOfUser user = new RolesOfUser(auth.call("UserGet", name), name);
    if (!detail.value()) {
      invocation.show(user);
      return;
    }
    invocation.out().line("User: " + name);
    for (String role : user.names()) {
      invocation.out().newLine();
      invocation.show(new RoleAnswer(auth.call("RoleGet", role), role));
    }
  }

  /** {@code AuthUserGetResponse}. */
  private static final class RolesOfUser extends NamesAnswer {
    private final String user;

    RolesOfUser(byte[] response, String user) {
      super(response, "roles");
      this.user = user;
    }

    @Override
    public void simple(SimpleText out) {
      StringBuilder roles = new StringBuilder("Roles:");
      for (String role : names()) {
        roles.append(' ').append(role);
      }
      out.line("User: " + user).line(roles.toString());
    }
  }
}
