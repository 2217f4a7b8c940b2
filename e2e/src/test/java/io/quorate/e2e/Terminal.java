package io.quorate.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A program on a terminal of its own, and the dialog that a user has with it: steps such as {@code
 * await TEXT}, {@code type TEXT} and {@code secretly TEXT}, led by e2e/python/terminal.py, which
 * explains them.
 */
final class Terminal {
  private final List<String> command;
  private final Map<String, String> environment = new TreeMap<>(Map.of("TERM", "dumb"));

  private Terminal(List<String> command) {
    this.command = command;
  }

  static Terminal running(List<String> command) {
    return new Terminal(command);
  }

  Terminal with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** What the terminal showed, {@code waited in vain} if a text has not come; the exit code. */
  Run.Result dialog(List<String> steps) {
    List<String> line = new ArrayList<>();
    line.add(Programs.system("python3", "dialogs at a terminal").toString());
    line.add(Programs.ROOT.resolve("e2e/python/terminal.py").toString());
    line.addAll(steps);
    line.add("--");
    line.addAll(command);
    Run run = Run.command(line);
    environment.forEach(run::with);
    return run.run();
  }
}
