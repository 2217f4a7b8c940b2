package io.quorate.etcdctl.auth;

import io.quorate.cli.command.Failure;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.output.FieldsText;
import io.quorate.etcdctl.output.SimpleText;
import java.util.List;

/** {@code role list}. */
public final class RoleList extends EtcdctlCommand {
  public RoleList(Invocation invocation) {
    super(invocation, "list", "Lists all roles");
  }

  @Override
  protected void execute(List<String> arguments) {
    if (!arguments.isEmpty()) {
      throw Failure.badArguments("role list command requires no arguments");
    }
    AuthCalls auth = new AuthCalls(invocation.connect(this), Limits.none());
    invocation.show(new Roles(auth.call("RoleList")));
  }

  /** {@code AuthRoleListResponse}. */
  private static final class Roles extends NamesAnswer {
    Roles(byte[] response) {
      super(response, "roles");
    }

    @Override
    public void simple(SimpleText out) {
      for (String role : names()) {
        out.line(role);
      }
    }

    @Override
    public void fields(FieldsText out) {
      header().fields(out);
      out.quotedWords("Roles", names());
    }
  }
}
