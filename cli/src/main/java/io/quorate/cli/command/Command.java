package io.quorate.cli.command;

import java.util.List;
import java.util.Optional;

/**
 * One command of a tool: its words on help pages, its flags, and what it does. It is made when the
 * command line names it, so its class is loaded only then; a group makes its subcommands on demand
 * for the same reason.
 *
 * <p>Flags are declared in the constructor and kept in fields: {@code private final Flag.Bool
 * prefix = flags().bool("prefix", false, "…");}
 */
public abstract class Command {
  private final String use;
  private final String summary;
  private final Flags flags = new Flags();
  private final Flags sharedFlags;
  private Flags inheritedFlags = new Flags();

  /**
   * @param use the name, then what may follow it: {@code put [options] <key> <value>}
   * @param summary one line for help pages
   */
  protected Command(String use, String summary) {
    this(use, summary, new Flags());
  }

  /** With flags that the commands below have too. */
  protected Command(String use, String summary, Flags sharedFlags) {
    this.use = use;
    this.summary = summary;
    this.sharedFlags = sharedFlags;
    flags.bool("help", "h", false, "help for " + name());
  }

  public final String name() {
    int space = use.indexOf(' ');
    return space < 0 ? use : use.substring(0, space);
  }

  public final String use() {
    return use;
  }

  public final String summary() {
    return summary;
  }

  /** What the help page says beyond the summary; may be empty. */
  public String description() {
    return "";
  }

  /** Command lines for the help page, may be empty. */
  public String examples() {
    return "";
  }

  /** Whether the usage line ends in {@code [flags]}. */
  public boolean mentionsFlags() {
    return true;
  }

  /** Whether the command line asked for the help page. */
  public final boolean isHelpWanted() {
    return flags.find("help").orElseThrow().text().equals("true");
  }

  /** The flags of this command alone. */
  public final Flags flags() {
    return flags;
  }

  /** The flags of this command and all below it. */
  public final Flags sharedFlags() {
    return sharedFlags;
  }

  /** The shared flags of the commands above. */
  public final Flags inheritedFlags() {
    return inheritedFlags;
  }

  final void inherit(Flags from) {
    inheritedFlags = from;
  }

  /** The names of the commands below, in the order in which they are suggested. */
  public List<String> subcommands() {
    return List.of();
  }

  /** A new one of {@link #subcommands}. */
  public Command subcommand(String name) {
    throw new AssertionError("no command " + name);
  }

  /** Names of commands below that are neither shown nor suggested, and must be given in full. */
  public List<String> hiddenSubcommands() {
    return List.of();
  }

  /** Whether {@link #run} gets all words behind the name as they are, flags among them. */
  public boolean takesWordsAsTheyAre() {
    return false;
  }

  /**
   * The words that a shell may offer for the next argument; empty if only the user knows it.
   *
   * @param arguments those before it
   * @param begun what there is of it; others are left out
   */
  public Optional<List<Candidate>> candidates(List<String> arguments, String begun) {
    return Optional.empty();
  }

  /** Whether it does anything itself; else naming it shows its help page. */
  public boolean runs() {
    return true;
  }

  /**
   * Does it.
   *
   * @param arguments what the command line holds beside command names and flags
   * @throws Failure with the exit code, where it ends badly
   * @throws UsageError for arguments that cobra refuses
   */
  public abstract void run(List<String> arguments);
}
