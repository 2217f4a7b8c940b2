package io.quorate.cli.command;

import java.util.List;

/** A tool of commands: runs the one that a command line names, as cobra does. */
public final class Tool {
  private final Command root;
  private final Usage usage;
  private final Output out;
  private final Output err;

  public Tool(Command root, Usage usage, Output out, Output err) {
    this.root = root;
    this.usage = usage;
    this.out = out;
    this.err = err;
  }

  /** Runs a command to its end; returns the exit code. */
  public int run(List<String> words) {
    CommandFinder.Found found;
    try {
      found = CommandFinder.find(root, words);
    } catch (CommandFinder.UnknownCommand e) {
      err.line("Error: " + e.getMessage());
      err.line("Run '" + root.name() + " --help' for usage.");
      return ExitCode.ERROR;
    }
    CommandPath path = found.path();
    Command command = path.command();
    try {
      List<String> arguments =
          command.takesWordsAsTheyAre() ? found.words() : path.allFlags().parse(found.words());
      if (command.isHelpWanted() || !command.runs()) {
        out.print(usage.page(path));
      } else {
        command.run(arguments);
      }
      return ExitCode.SUCCESS;
    } catch (Flags.HelpWanted _) {
      out.print(usage.page(path));
      return ExitCode.SUCCESS;
    } catch (FlagError | UsageError e) {
      err.line("Error: " + e.getMessage()).newLine();
      out.print(usage.page(path));
      return ExitCode.ERROR;
    } catch (Failure failure) {
      if (!failure.isSilent()) {
        out.flush();
        err.line("Error: " + failure.getMessage());
      }
      return failure.exitCode();
    }
  }

  /** The page that {@code help words…} shows, for a {@code help} command of the tool. */
  public void help(List<String> words) {
    CommandPath path;
    try {
      path = CommandFinder.find(root, words).path();
    } catch (CommandFinder.UnknownCommand _) {
      StringBuilder topic = new StringBuilder();
      for (String word : words) {
        topic.append(topic.isEmpty() ? "" : " ").append('`').append(word).append('`');
      }
      err.line("Unknown help topic [" + topic + "]");
      path = CommandPath.root(root);
    }
    out.print(usage.page(path));
  }
}
