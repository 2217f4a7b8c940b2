package io.quorate.etcdctl.auth;

import io.quorate.cli.command.Command;
import io.quorate.cli.command.Group;
import io.quorate.etcdctl.Invocation;
import java.util.List;

/** {@code user}. */
public final class UserGroup extends Group {
  private static final List<String> COMMANDS =
      List.of("add", "delete", "get", "grant-role", "list", "passwd", "revoke-role");

  private final Invocation invocation;

  public UserGroup(Invocation invocation) {
    super("user <subcommand>", "Shows and changes users");
    this.invocation = invocation;
  }

  @Override
  public List<String> subcommands() {
    return COMMANDS;
  }

  @Override
  public Command subcommand(String name) {
    return switch (name) {
      case "add" -> new UserAdd(invocation);
      case "delete" -> new UserDelete(invocation);
      case "get" -> new UserGet(invocation);
      case "grant-role" -> new UserGrantRole(invocation);
      case "list" -> new UserList(invocation);
      case "passwd" -> new UserPasswd(invocation);
      case "revoke-role" -> new UserRevokeRole(invocation);
      default -> throw new AssertionError(name);
    };
  }
}
