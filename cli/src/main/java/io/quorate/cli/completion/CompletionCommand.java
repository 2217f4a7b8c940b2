package io.quorate.cli.completion;

import io.quorate.cli.command.Candidate;
import io.quorate.cli.command.Command;
import io.quorate.cli.command.Output;
import io.quorate.cli.command.UsageError;
import io.quorate.gotext.GoQuote;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code completion}: prints the script that makes a shell ask {@link CompleteCommand}. */
public final class CompletionCommand extends Command {
  private static final List<String> SHELLS = List.of("bash", "zsh", "fish", "powershell");
  private static final int TITLE_COLUMNS = 36;

  private final String tool;
  private final Output out;

  /**
   * @param tool the name by which users call it
   */
  public CompletionCommand(String tool, Output out) {
    super("completion [bash|zsh|fish|powershell]", "Prints a script for completion by a shell");
    this.tool = tool;
    this.out = out;
  }

  @Override
  public String description() {
    return """
    The script makes the shell complete the names of commands and flags, and some values.

    Bash, for this session and for all to come:

      $ source <(TOOL completion bash)
      $ TOOL completion bash > /etc/bash_completion.d/TOOL

    Zsh, for all sessions to come; compinit must be loaded (autoload -U compinit; compinit):

      $ TOOL completion zsh > "${fpath[1]}/_TOOL"

    fish, for this session and for all to come:

      $ TOOL completion fish | source
      $ TOOL completion fish > ~/.config/fish/completions/TOOL.fish

    PowerShell, for this session:

      PS> TOOL completion powershell | Out-String | Invoke-Expression\
    """
        .replace("TOOL", tool);
  }

  @Override
  public boolean mentionsFlags() {
    return false;
  }

  @Override
  public Optional<List<Candidate>> candidates(List<String> arguments, String begun) {
    if (!arguments.isEmpty()) {
      return Optional.empty();
    }
    List<Candidate> shells = new ArrayList<>();
    for (String shell : SHELLS) {
      if (shell.startsWith(begun)) {
        shells.add(new Candidate(shell, ""));
      }
    }
    return Optional.of(shells);
  }

  @Override
  public void run(List<String> arguments) {
    if (arguments.size() != 1) {
      throw new UsageError("accepts 1 arg(s), received " + arguments.size());
    }
    String shell = arguments.getFirst();
    if (!SHELLS.contains(shell)) {
      throw new UsageError(
          "invalid argument " + GoQuote.quote(shell) + " for \"" + tool + " completion\"");
    }
    out.print(title(shell) + body(shell).replace("@TOOL@", tool));
  }

  private String title(String shell) {
    if (shell.equals("zsh")) {
      return "#compdef " + tool + "\ncompdef _" + tool + " " + tool + "\n";
    }
    String padded = tool + " ".repeat(Math.max(0, TITLE_COLUMNS - tool.length()));
    return "# " + shell + " completion for " + padded + " -*- shell-script -*-\n\n";
  }

  private static String body(String shell) {
    String name = "completion." + shell;
    try (InputStream script = CompletionCommand.class.getResourceAsStream(name)) {
      if (script == null) {
        throw new AssertionError("no resource " + name);
      }
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
