package io.quorate.etcdctl.lease;

import io.quorate.cli.command.Command;
import io.quorate.cli.command.Group;
import io.quorate.etcdctl.Invocation;
import java.util.List;

/** {@code lease}. */
public final class LeaseGroup extends Group {
  private final Invocation invocation;

  public LeaseGroup(Invocation invocation) {
    super("lease <subcommand>", "Commands for leases");
    this.invocation = invocation;
  }

  @Override
  public List<String> subcommands() {
    return List.of("grant", "keep-alive", "list", "revoke", "timetolive");
  }

  @Override
  public Command subcommand(String name) {
    return switch (name) {
      case "grant" -> new Grant(invocation);
      case "keep-alive" -> new KeepAliveCommand(invocation);
      case "list" -> new ListCommand(invocation);
      case "revoke" -> new Revoke(invocation);
      case "timetolive" -> new TimeToLive(invocation);
      default -> throw new AssertionError(name);
    };
  }
}
