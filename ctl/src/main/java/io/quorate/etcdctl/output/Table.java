package io.quorate.etcdctl.output;

import io.quorate.cli.command.Output;
import java.util.ArrayList;
import java.util.List;

/** The mode {@code table}: a grid of ASCII (spec/ctl.md 3.5). */
public final class Table {
  private static final int WRAP_COLUMNS = 30;

  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param header column names, in any case
   */
  public Table(List<String> header) {
    this.header = header;
  }

  public Table row(List<String> cells) {
    rows.add(cells);
    return this;
  }

  void print(Output out) {
    int[] widths = new int[header.size()];
    List<String> titles = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      titles.add(title(header.get(i)));
      widths[i] = width(titles.get(i));
    }
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], cellWidth(row.get(i)));
      }
    }
    rule(out, widths);
    StringBuilder line = new StringBuilder("|");
    for (int i = 0; i < widths.length; i++) {
      int gap = widths[i] - width(titles.get(i));
      spaces(line, 1 + gap / 2).append(titles.get(i));
      spaces(line, gap - gap / 2 + 1).append('|');
    }
    out.line(line.toString());
    rule(out, widths);
    for (List<String> row : rows) {
      print(out, row, widths);
    }
    rule(out, widths);
  }

  private static void print(Output out, List<String> row, int[] widths) {
    List<List<String>> cells = new ArrayList<>();
    int height = 0;
    for (String cell : row) {
      List<String> lines = Wrapping.wrap(cell, WRAP_COLUMNS);
      cells.add(lines);
      height = Math.max(height, lines.size());
    }
    for (int y = 0; y < height; y++) {
      StringBuilder line = new StringBuilder("|");
      for (int i = 0; i < widths.length; i++) {
        String text = y < cells.get(i).size() ? cells.get(i).get(y) : "";
        spaces(line, 1 + widths[i] - width(text)).append(text).append(" |");
      }
      out.line(line.toString());
    }
  }

  private static void rule(Output out, int[] widths) {
    StringBuilder line = new StringBuilder("+");
    for (int width : widths) {
      for (int i = 0; i < width + 2; i++) {
        line.append('-');
      }
      line.append('+');
    }
    out.line(line.toString());
  }

  /** Upper case, with {@code _} and dots that are not within numbers as spaces. */
  private static String title(String name) {
    StringBuilder title = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean inNumber =
          i > 0
              && i + 1 < name.length()
              && Character.isDigit(name.charAt(i - 1))
              && Character.isDigit(name.charAt(i + 1));
      title.append(c == '_' || (c == '.' && !inNumber) ? ' ' : Character.toUpperCase(c));
    }
    return title.toString();
  }

  /** A cell that must be wrapped is as wide as the limit, or as its longest word. */
  private static int cellWidth(String cell) {
    int width = width(cell);
    if (width <= WRAP_COLUMNS) {
      return width;
    }
    int widest = WRAP_COLUMNS;
    for (String word : cell.split(" ")) {
      widest = Math.max(widest, width(word));
    }
    return Math.min(width, widest);
  }

  static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  private static StringBuilder spaces(StringBuilder line, int count) {
    for (int i = 0; i < count; i++) {
      line.append(' ');
    }
    return line;
  }
}
