package io.quorate.etcdctl;

import io.quorate.cli.command.Candidate;
import io.quorate.cli.command.Command;
import io.quorate.cli.command.CommandFinder;
import io.quorate.cli.command.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
  public Optional<List<Candidate>> candidates(List<String> arguments, String begun) {
    Command command;
    try {
      command = CommandFinder.find(new Etcdctl(invocation), arguments).path().command();
    } catch (CommandFinder.UnknownCommand _) {
      return Optional.of(List.of());
    }
    List<String> names = new ArrayList<>(command.subcommands());
    names.sort(null);
    List<Candidate> candidates = new ArrayList<>();
    for (String name : names) {
      if (name.startsWith(begun)) {
        candidates.add(new Candidate(name, command.subcommand(name).summary()));
      }
    }
    return Optional.of(candidates);
  }

  @Override
  public void run(List<String> arguments) {
    new Tool(new Etcdctl(invocation), new EtcdctlUsage(), invocation.out(), invocation.err())
        .help(arguments);
  }
}
