package io.quorate.etcdctl.auth;

import io.quorate.cli.command.Failure;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.message.HeaderAnswer;
import java.util.List;

/** {@code user grant-role} and {@code user revoke-role}. */
public final class UserRole extends EtcdctlCommand {
  private final String method;
  private final String required;
  private final String done;

  /**
   * @param required what begins the refusal of any other number of arguments
   * @param done what happened to the role, up to the user's name
   */
  private UserRole(
      Invocation invocation,
      String use,
      String summary,
      String method,
      String required,
      String done) {
    super(invocation, use, summary);
    this.method = method;
    this.required = required;
    this.done = done;
  }

  public static UserRole grant(Invocation invocation) {
    return new UserRole(
        invocation,
        "grant-role <user name> <role name>",
        "Gives a role to a user",
        "UserGrantRole",
        "user grant command",
        " is granted to user ");
  }

  public static UserRole revoke(Invocation invocation) {
    return new UserRole(
        invocation,
        "revoke-role <user name> <role name>",
        "Takes a role from a user",
        "UserRevokeRole",
        "user revoke-role",
        " is revoked from user ");
  }

  @Override
  protected void execute(List<String> arguments) {
    if (arguments.size() != 2) {
      throw Failure.badArguments(required + " requires user name and role name as its argument");
    }
    String user = arguments.get(0);
    String role = arguments.get(1);
    AuthCalls auth = new AuthCalls(invocation.connect(this), Limits.none());
    invocation.show(HeaderAnswer.of(auth.call(method, user, role), "Role " + role + done + user));
  }
}
