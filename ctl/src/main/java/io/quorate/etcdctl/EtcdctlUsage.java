package io.quorate.etcdctl;

import io.quorate.cli.command.Command;
import io.quorate.cli.command.CommandPath;
import io.quorate.cli.command.Flag;
import io.quorate.cli.command.Flags;
import io.quorate.cli.command.Usage;
import java.util.ArrayList;
import java.util.List;

/** Help pages as etcdctl 3.6 lays them out (spec/ctl.md 1.4). */
final class EtcdctlUsage implements Usage {
  private static final int TAB = 8;

  @Override
  public String page(CommandPath path) {
    Command command = path.command();
    boolean group = !command.subcommands().isEmpty();
    String name = path.isRoot() ? path.text() : path.textBelowRoot();
    StringBuilder page = new StringBuilder(4096);
    page.append("NAME:\n  ").append(name).append(" - ").append(command.summary()).append('\n');
    page.append("\nUSAGE:\n  ").append(usageLine(path)).append('\n');
    if (path.isRoot()) {
      page.append("\nVERSION:\n  ").append(Version.SERVER).append('\n');
    }
    if (group) {
      page.append("\nAPI VERSION:\n  ").append(Version.API).append('\n');
    }
    if (!command.examples().isEmpty()) {
      page.append("\nExamples:\n").append(command.examples()).append('\n');
    }
    if (group) {
      List<String[]> rows = new ArrayList<>();
      collect(command, "", rows);
      page.append("\nCOMMANDS:\n").append(columns(rows));
    }
    if (!command.description().isEmpty()) {
      page.append("\nDESCRIPTION:\n").append(indented(command.description()));
    }
    Flags own = new Flags();
    own.addMissing(command.flags());
    own.addMissing(command.sharedFlags());
    page.append("\nOPTIONS:\n").append(columns(rows(own)));
    if (!command.inheritedFlags().isEmpty()) {
      page.append("\nGLOBAL OPTIONS:\n").append(columns(rows(command.inheritedFlags())));
    }
    return page.append('\n').toString();
  }

  private static String usageLine(CommandPath path) {
    StringBuilder line = new StringBuilder();
    for (Command above : path.chain().subList(0, path.chain().size() - 1)) {
      line.append(above.name()).append(' ');
    }
    line.append(path.command().use());
    return path.command().mentionsFlags() ? line.append(" [flags]").toString() : line.toString();
  }

  /** All below that do something, in order. */
  private static void collect(Command command, String prefix, List<String[]> rows) {
    List<String> names = new ArrayList<>(command.subcommands());
    names.sort(null);
    for (String name : names) {
      Command child = command.subcommand(name);
      if (child.runs()) {
        rows.add(new String[] {"  " + prefix + name, child.summary()});
      } else {
        collect(child, prefix + name + " ", rows);
      }
    }
  }

  private static List<String[]> rows(Flags flags) {
    List<String[]> rows = new ArrayList<>();
    for (Flag flag : flags.all()) {
      String name =
          flag.shorthand().isEmpty()
              ? "      --" + flag.name()
              : "  -" + flag.shorthand() + ", --" + flag.name();
      String value = flag.isText() ? "\"" + flag.initialText() + "\"" : flag.initialText();
      rows.add(
          new String[] {name + (flag.isSwitch() ? "[=" + value + "]" : "=" + value), flag.usage()});
    }
    return rows;
  }

  /** Two columns, the first filled up with tabs to a multiple of eight beyond its widest cell. */
  private static String columns(List<String[]> rows) {
    int widest = 0;
    for (String[] row : rows) {
      widest = Math.max(widest, row[0].length());
    }
    int width = (widest + 1 + TAB - 1) / TAB * TAB;
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      int tabs = (width - row[0].length() + TAB - 1) / TAB;
      text.append(row[0]).repeat('\t', tabs).append(row[1]).append('\n');
    }
    return text.toString();
  }

  private static String indented(String text) {
    return "  " + text.replace("\n", "\n  ") + "\n";
  }
}
