package io.quorate.etcdctl.maintenance;

import io.quorate.cli.command.Command;
import io.quorate.cli.command.Group;
import io.quorate.etcdctl.Invocation;
import java.util.List;

/** {@code snapshot}. */
public final class SnapshotGroup extends Group {
  private static final List<String> COMMANDS = List.of("save");

  private final Invocation invocation;

  public SnapshotGroup(Invocation invocation) {
    super("snapshot <subcommand>", "Saves the database of a member");
    this.invocation = invocation;
  }

  @Override
  public String examples() {
    return SnapshotSave.EXAMPLES;
  }

  @Override
  public List<String> subcommands() {
    return COMMANDS;
  }

  @Override
  public Command subcommand(String name) {
    return switch (name) {
      case "save" -> new SnapshotSave(invocation);
      default -> throw new AssertionError(name);
    };
  }
}
