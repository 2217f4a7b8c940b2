package io.quorate.etcdctl.auth;

import io.quorate.cli.command.Command;
import io.quorate.cli.command.Group;
import io.quorate.etcdctl.Invocation;
import java.util.List;

/** {@code auth}. */
public final class AuthGroup extends Group {
  private static final List<String> COMMANDS = List.of("disable", "enable", "status");

  private final Invocation invocation;

  public AuthGroup(Invocation invocation) {
    super("auth <enable or disable>", "Turns authentication on and off");
    this.invocation = invocation;
  }

  @Override
  public List<String> subcommands() {
    return COMMANDS;
  }

  @Override
  public Command subcommand(String name) {
    return switch (name) {
      case "disable" -> new AuthDisable(invocation);
      case "enable" -> new AuthEnable(invocation);
      case "status" -> new AuthStatus(invocation);
      default -> throw new AssertionError(name);
    };
  }
}
