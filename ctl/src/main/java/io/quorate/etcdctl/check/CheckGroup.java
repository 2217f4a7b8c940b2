package io.quorate.etcdctl.check;

import io.quorate.cli.command.Command;
import io.quorate.cli.command.Group;
import io.quorate.etcdctl.Invocation;
import java.util.List;

/** {@code check}. */
public final class CheckGroup extends Group {
  private static final List<String> COMMANDS = List.of("datascale", "perf");

  private final Invocation invocation;

  public CheckGroup(Invocation invocation) {
    super("check <subcommand>", "Tries out what the cluster can carry");
    this.invocation = invocation;
  }

  @Override
  public List<String> subcommands() {
    return COMMANDS;
  }

  @Override
  public Command subcommand(String name) {
    return switch (name) {
      case "datascale" -> new Datascale(invocation);
      case "perf" -> new Perf(invocation);
      default -> throw new AssertionError(name);
    };
  }
}
