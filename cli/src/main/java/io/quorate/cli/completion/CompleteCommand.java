package io.quorate.cli.completion;

import io.quorate.cli.command.Candidate;
import io.quorate.cli.command.Command;
import io.quorate.cli.command.Output;
import io.quorate.cli.command.UsageError;
import java.util.List;

/**
 * What the scripts call: {@code __complete}, and {@code __completeNoDesc}, which leaves the
 * descriptions out. One candidate a line on stdout, then the directive.
 */
public final class CompleteCommand extends Command {
  public static final String NAME = "__complete";
  public static final String NAME_WITHOUT_DESCRIPTIONS = "__completeNoDesc";

  private final Command root;
  private final boolean describes;
  private final Output out;
  private final Output err;

  /**
   * @param root the tool whose command lines are completed, new
   */
  public CompleteCommand(Command root, boolean describes, Output out, Output err) {
    super(NAME + " [command-line]", "Tells a shell how a command line may go on");
    this.root = root;
    this.describes = describes;
    this.out = out;
    this.err = err;
  }

  @Override
  public String description() {
    return NAME + " is for the scripts that the command completion prints, not for users.";
  }

  @Override
  public boolean mentionsFlags() {
    return false;
  }

  @Override
  public boolean takesWordsAsTheyAre() {
    return true;
  }

  @Override
  public void run(List<String> words) {
    if (words.isEmpty()) {
      throw new UsageError("requires at least 1 arg(s), only received 0");
    }
    Completion completion = Completion.of(root, words);
    for (Candidate candidate : completion.candidates()) {
      boolean described = describes && !candidate.description().isEmpty();
      out.line(candidate.word() + (described ? "\t" + candidate.description() : ""));
    }
    out.line(":" + completion.directive().bits()).flush();
    if (!completion.problem().isEmpty()) {
      err.line("[Debug] [Error] " + completion.problem());
    }
    err.line("Completion ended with directive: " + completion.directive().title());
  }
}
