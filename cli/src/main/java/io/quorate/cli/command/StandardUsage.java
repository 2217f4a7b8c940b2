package io.quorate.cli.command;

import java.util.ArrayList;
import java.util.List;

/** The usage block of a command without subcommands, as cobra lays it out by itself. */
public final class StandardUsage implements Usage {
  private static final String GAP = "   ";

  @Override
  public String page(CommandPath path) {
    StringBuilder line = new StringBuilder();
    for (Command above : path.chain().subList(0, path.chain().size() - 1)) {
      line.append(above.name()).append(' ');
    }
    line.append(path.command().use());
    if (path.command().mentionsFlags()) {
      line.append(" [flags]");
    }
    return "Usage:\n  " + line + "\n\nFlags:\n" + flags(path.command().flags());
  }

  private static String flags(Flags flags) {
    List<String> names = new ArrayList<>();
    int widest = 0;
    for (Flag flag : flags.all()) {
      String name =
          (flag.shorthand().isEmpty() ? "      --" : "  -" + flag.shorthand() + ", --")
              + flag.name()
              + (flag.kind().isEmpty() ? "" : " " + flag.kind());
      names.add(name);
      widest = Math.max(widest, name.length());
    }
    StringBuilder text = new StringBuilder();
    int i = 0;
    for (Flag flag : flags.all()) {
      String name = names.get(i++);
      text.append(name).repeat(' ', widest - name.length()).append(GAP).append(flag.usage());
      if (!flag.hasZeroDefault()) {
        String initial = flag.isText() ? "\"" + flag.initialText() + "\"" : flag.initialText();
        text.append(" (default ").append(initial).append(')');
      }
      text.append('\n');
    }
    return text.toString();
  }
}
