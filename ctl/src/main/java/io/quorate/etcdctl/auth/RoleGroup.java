package io.quorate.etcdctl.auth;

import io.quorate.cli.command.Command;
import io.quorate.cli.command.Group;
import io.quorate.etcdctl.Invocation;
import java.util.List;

/** {@code role}. */
public final class RoleGroup extends Group {
  private static final List<String> COMMANDS =
      List.of("add", "delete", "get", "grant-permission", "list", "revoke-permission");

  private final Invocation invocation;

  public RoleGroup(Invocation invocation) {
    super("role <subcommand>", "Shows and changes roles and what they may do");
    this.invocation = invocation;
  }

  @Override
  public List<String> subcommands() {
    return COMMANDS;
  }

  @Override
  public Command subcommand(String name) {
    return switch (name) {
      case "add" -> new RoleAdd(invocation);
      case "delete" -> new RoleDelete(invocation);
      case "get" -> new RoleGet(invocation);
      case "grant-permission" -> new GrantPermission(invocation);
      case "list" -> new RoleList(invocation);
      case "revoke-permission" -> new RevokePermission(invocation);
      default -> throw new AssertionError(name);
    };
  }
}
