package io.quorate.etcdctl;

import io.quorate.cli.command.Command;
import io.quorate.cli.command.Flags;
import io.quorate.cli.command.Group;
import java.util.List;

/** A command of etcdctl that only holds others: {@code auth}, {@code member} and the like. */
final class Subcommands extends Group {
  private final Etcdctl etcdctl;
  private final List<String> names;
  private final String examples;

  Subcommands(Etcdctl etcdctl, String use, String summary, List<String> names) {
    this(etcdctl, use, summary, names, new Flags(), "");
  }

  /**
   * @param shared flags that the commands below have too
   * @param examples command lines for the help page, may be empty
   */
  Subcommands(
      Etcdctl etcdctl,
      String use,
      String summary,
      List<String> names,
      Flags shared,
      String examples) {
    super(use, summary, shared);
    this.etcdctl = etcdctl;
    this.names = names;
    this.examples = examples;
  }

  @Override
  public String examples() {
    return examples;
  }

  @Override
  public List<String> subcommands() {
    return names;
  }

  @Override
  public Command subcommand(String name) {
    return etcdctl.subcommand(name() + " " + name);
  }
}
