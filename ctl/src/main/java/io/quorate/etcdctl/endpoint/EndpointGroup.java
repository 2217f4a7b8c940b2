package io.quorate.etcdctl.endpoint;

import io.quorate.cli.command.Command;
import io.quorate.cli.command.Flag;
import io.quorate.cli.command.Group;
import io.quorate.etcdctl.Invocation;
import java.util.List;

/** {@code endpoint}. */
public final class EndpointGroup extends Group {
  private static final List<String> COMMANDS = List.of("hashkv", "health", "status");

  private final Invocation invocation;
  private final Flag.Bool cluster =
      sharedFlags().bool("cluster", false, "ask all members of the cluster");

  public EndpointGroup(Invocation invocation) {
    super("endpoint <subcommand>", "Asks members about themselves");
    this.invocation = invocation;
  }

  @Override
  public List<String> subcommands() {
    return COMMANDS;
  }

  @Override
  public Command subcommand(String name) {
    return switch (name) {
      case "hashkv" -> new HashKv(invocation, cluster);
      case "health" -> new Health(invocation, cluster);
      case "status" -> new Status(invocation, cluster);
      default -> throw new AssertionError(name);
    };
  }
}
