package io.quorate.etcdctl;

import io.quorate.cli.command.Command;
import io.quorate.cli.command.Tool;
import java.util.List;

/** {@code help [command]} (spec/ctl.md 1.1). */
final class HelpCommand extends Command {
  private final Invocation invocation;

  HelpCommand(Invocation invocation) {
    super("help [command]", "Shows the help page of a command");
    this.invocation = invocation;
  }

  @Override
  public String description() {
    return "Shows the help page of the command that the words name, or the page of etcdctl itself.";
  }

  @Override
  public void run(List<String> arguments) {
    new Tool(new Etcdctl(invocation), new EtcdctlUsage(), invocation.out(), invocation.err())
        .help(arguments);
  }
}
