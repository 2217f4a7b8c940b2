package io.quorate.etcdctl.maintenance;

import io.quorate.cli.command.Command;
import io.quorate.cli.command.Group;
import io.quorate.etcdctl.Invocation;
import java.util.List;

/** {@code alarm}. */
public final class AlarmGroup extends Group {
  private static final List<String> COMMANDS = List.of("disarm", "list");

  private final Invocation invocation;

  public AlarmGroup(Invocation invocation) {
    super("alarm <subcommand>", "Shows and lowers alarms");
    this.invocation = invocation;
  }

  @Override
  public List<String> subcommands() {
    return COMMANDS;
  }

  @Override
  public Command subcommand(String name) {
    return switch (name) {
      case "disarm" -> new AlarmDisarm(invocation);
      case "list" -> new AlarmList(invocation);
      default -> throw new AssertionError(name);
    };
  }
}
