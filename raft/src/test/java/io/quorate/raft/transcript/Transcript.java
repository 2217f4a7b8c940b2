package io.quorate.raft.transcript;

import java.util.function.Function;

/**
 * Regenerates a transcript: every command is run again, and its output written in place of the old
 * one. All other lines stay as they are.
 */
final class Transcript {
  private Transcript() {}

  static String regenerate(String text, Function<Directive, String> handler) {
    String[] lines = text.split("\n", -1);
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < lines.length) {
      String line = lines[i];
      if (line.isBlank() || line.strip().startsWith("#")) {
        out.append(line).append(i + 1 < lines.length ? "\n" : "");
        i++;
        continue;
      }
      out.append(line).append('\n');
      i++;
      StringBuilder input = new StringBuilder();
      while (!lines[i].equals("----")) {
        input.append(lines[i]).append('\n');
        out.append(lines[i]).append('\n');
        i++;
      }
      out.append("----\n");
      i++;
      while (i < lines.length && !lines[i].isBlank()) {
        i++;
      }
      String output = handler.apply(Directive.parse(line, input.toString()));
      out.append(output).append(output.endsWith("\n") ? "" : "\n");
      if (i == lines.length - 1 && lines[i].isEmpty()) {
        // The newline that ends the file was that of the output.
        i++;
      }
    }
    return out.toString();
  }
}
