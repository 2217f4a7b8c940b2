package io.quorate.cli.command;

import java.util.ArrayList;
import java.util.List;

/**
 * A command with those above it, from the tool's root down.
 *
 * @param chain at least the root
 */
public record CommandPath(List<Command> chain) {
  static CommandPath root(Command root) {
    return new CommandPath(List.of(root));
  }

  /** The path to {@code child}, which must be new: its inherited flags are set here. */
  public CommandPath to(Command child) {
    List<Command> longer = new ArrayList<>(chain);
    longer.add(child);
    Flags inherited = new Flags();
    for (Command above : chain) {
      inherited.addMissing(above.sharedFlags());
    }
    child.inherit(inherited);
    return new CommandPath(longer);
  }

  public Command command() {
    return chain.getLast();
  }

  public boolean isRoot() {
    return chain.size() == 1;
  }

  /** The names of all: {@code etcdctl member add}. */
  public String text() {
    return text(0);
  }

  /** As {@link #text()}, without the tool's own name. */
  public String textBelowRoot() {
    return text(1);
  }

  private String text(int from) {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < chain.size(); i++) {
      text.append(i > from ? " " : "").append(chain.get(i).name());
    }
    return text.toString();
  }

  /** Every flag that may stand behind this command. */
  public Flags allFlags() {
    Flags all = new Flags();
    all.addMissing(command().flags());
    all.addMissing(command().sharedFlags());
    all.addMissing(command().inheritedFlags());
    return all;
  }
}
