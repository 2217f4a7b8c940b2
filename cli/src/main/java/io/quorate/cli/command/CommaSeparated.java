package io.quorate.cli.command;

import java.util.ArrayList;
import java.util.List;

/** One record of comma separated values, as Go's encoding/csv reads it. */
final class CommaSeparated {
  private CommaSeparated() {}

  /**
   * The fields of the first line of {@code text}; none if it is empty.
   *
   * @throws IllegalArgumentException with Go's message
   */
  static List<String> record(String text) {
    if (text.isEmpty()) {
      return List.of();
    }
    if (text.indexOf('"') < 0 && text.indexOf('\n') < 0) {
      return text.indexOf(',') < 0 ? List.of(text) : List.of(text.split(",", -1));
    }
    return quoted(text);
  }

  private static List<String> quoted(String text) {
    List<String> fields = new ArrayList<>();
    int at = 0;
    while (text.startsWith("\n", at)) {
      at++; // empty lines are no records
    }
    if (at == text.length()) {
      throw new IllegalArgumentException("EOF");
    }
    while (true) {
      if (at < text.length() && text.charAt(at) == '"') {
        StringBuilder field = new StringBuilder();
        at = quotedField(text, at + 1, field);
        fields.add(field.toString());
      } else {
        int end = at;
        while (end < text.length() && text.charAt(end) != ',' && text.charAt(end) != '\n') {
          if (text.charAt(end) == '"') {
            throw error(text, end, "bare \" in non-quoted-field");
          }
          end++;
        }
        fields.add(text.substring(at, end));
        at = end;
      }
      if (at >= text.length() || text.charAt(at) == '\n') {
        return List.copyOf(fields);
      }
      at++; // the comma
    }
  }

  /** Reads behind the opening quote; returns the place behind the closing one. */
  private static int quotedField(String text, int start, StringBuilder field) {
    int at = start;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c != '"') {
        field.append(c);
        at++;
      } else if (text.startsWith("\"\"", at)) {
        field.append('"');
        at += 2;
      } else if (at + 1 == text.length() || ",\n".indexOf(text.charAt(at + 1)) >= 0) {
        return at + 1;
      } else {
        throw error(text, at, "extraneous or missing \" in quoted-field");
      }
    }
    throw error(text, at, "extraneous or missing \" in quoted-field");
  }

  private static IllegalArgumentException error(String text, int at, String what) {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < at; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    int column = io.quorate.gotext.RawText.bytes(text.substring(lineStart, at)).length + 1;
    return new IllegalArgumentException(
        "parse error on line " + line + ", column " + column + ": " + what);
  }
}
