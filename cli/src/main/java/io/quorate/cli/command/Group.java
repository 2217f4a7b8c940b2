package io.quorate.cli.command;

import java.util.List;

/** A command that only holds others. */
public abstract class Group extends Command {
  protected Group(String use, String summary) {
    super(use, summary);
  }

  /** With flags that the commands below have too. */
  protected Group(String use, String summary, Flags sharedFlags) {
    super(use, summary, sharedFlags);
  }

  @Override
  public final boolean runs() {
    return false;
  }

  @Override
  public abstract List<String> subcommands();

  @Override
  public abstract Command subcommand(String name);

  @Override
  public final void run(List<String> arguments) {
    throw new AssertionError("a group does not run");
  }
}
