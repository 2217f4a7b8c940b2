package io.quorate.etcdctl.member;

import io.quorate.cli.command.Command;
import io.quorate.cli.command.Group;
import io.quorate.etcdctl.Invocation;
import java.util.List;

/** {@code member}. */
public final class MemberGroup extends Group {
  private static final List<String> COMMANDS =
      List.of("add", "list", "promote", "remove", "update");

  private final Invocation invocation;

  public MemberGroup(Invocation invocation) {
    super("member <subcommand>", "Shows and changes who is in the cluster");
    this.invocation = invocation;
  }

  @Override
  public List<String> subcommands() {
    return COMMANDS;
  }

  @Override
  public Command subcommand(String name) {
    return switch (name) {
      case "add" -> new Add(invocation);
      case "list" -> new MemberList(invocation);
      case "promote" -> new Promote(invocation);
      case "remove" -> new Remove(invocation);
      case "update" -> new Update(invocation);
      default -> throw new AssertionError(name);
    };
  }
}
