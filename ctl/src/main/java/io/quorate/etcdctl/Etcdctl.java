package io.quorate.etcdctl;

import io.quorate.cli.command.Command;
import io.quorate.cli.command.Group;
import io.quorate.etcdctl.kv.Del;
import io.quorate.etcdctl.kv.Get;
import io.quorate.etcdctl.kv.Put;
import java.util.List;

/** The root of all commands. A new command has one line in each of the two lists. */
final class Etcdctl extends Group {
  private static final List<String> COMMANDS = List.of("del", "get", "help", "put", "version");

  private final Invocation invocation;

  Etcdctl(Invocation invocation) {
    super("etcdctl", "The command line client of etcd 3", invocation.global().all());
    this.invocation = invocation;
  }

  @Override
  public List<String> subcommands() {
    return COMMANDS;
  }

  @Override
  public Command subcommand(String name) {
    return switch (name) {
      case "del" -> new Del(invocation);
      case "get" -> new Get(invocation);
      case "help" -> new HelpCommand(invocation);
      case "put" -> new Put(invocation);
      case "version" -> new VersionCommand(invocation);
      default -> throw new AssertionError(name);
    };
  }
}
