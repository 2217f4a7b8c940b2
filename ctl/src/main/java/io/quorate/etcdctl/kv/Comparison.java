package io.quorate.etcdctl.kv;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.Panic;
import io.quorate.gotext.GoNumber;
import io.quorate.gotext.GoQuote;
import io.quorate.gotext.RawText;

/** One condition of a transaction: {@code mod("key") > "5"} (spec/ctl.md 4.4). */
final class Comparison {
  private static final int VERSION = 0;
  private static final int CREATE = 1;
  private static final int MOD = 2;
  private static final int VALUE = 3;

  /** Reads the parts of a line one behind the other, as far as they are there. */
  private static final class Scan {
    private final String text;
    private int at;

    Scan(String text) {
      this.text = text;
    }

    void skipSpaces() {
      while (at < text.length() && isSpace(text.charAt(at))) {
        at++;
      }
    }

    /** As Go's {@code Sscanf} has it. */
    private static boolean isSpace(char c) {
      return c >= '\t' && c <= '\r' || c == 0x85 || Character.isSpaceChar(c);
    }

    /** Whether white space is next, which is then passed. */
    boolean passesSpace() {
      int start = at;
      skipSpaces();
      return at > start;
    }

    /** A text in Go's quotes, or null. */
    @org.jspecify.annotations.Nullable
    String quoted() {
      skipSpaces();
      char quote = at < text.length() ? text.charAt(at) : 0;
      if (quote != '"' && quote != '`') {
        return null;
      }
      int end = at + 1;
      while (end < text.length() && text.charAt(end) != quote) {
        end += quote == '"' && text.charAt(end) == '\\' ? 2 : 1;
      }
      if (end >= text.length()) {
        return null;
      }
      try {
        String value = GoQuote.unquote(text.substring(at, end + 1));
        at = end + 1;
        return value;
      } catch (IllegalArgumentException _) {
        return null;
      }
    }

    /** Whether {@code what} is next, which is then passed. */
    boolean passes(String what) {
      boolean is = text.startsWith(what, at);
      at += is ? what.length() : 0;
      return is;
    }

    /** What stands up to the next white space. */
    String word() {
      skipSpaces();
      int start = at;
      while (at < text.length() && !isSpace(text.charAt(at))) {
        at++;
      }
      return text.substring(start, at);
    }
  }

  private Comparison() {}

  /**
   * The bytes of a {@code Compare}.
   *
   * @throws Failure where the line is none
   */
  static byte[] parse(String line) {
    int open = line.indexOf('(');
    if (open < 0) {
      throw invalid("malformed comparison: " + line);
    }
    String target = line.substring(0, open);
    Scan scan = new Scan(line.substring(open + 1));
    String key = scan.quoted();
    String operator = "";
    String value = null;
    if (key != null && scan.passes(")") && scan.passesSpace()) {
      operator = scan.word();
      value = operator.isEmpty() || !scan.passesSpace() ? null : scan.quoted();
    }
    if (key == null || value == null) {
      throw invalid(
          "malformed comparison: "
              + line
              + "; got "
              + target
              + "("
              + GoQuote.quote(key == null ? "" : key)
              + ") "
              + operator
              + " \"\"");
    }
    return compare(line, target, key, operator, value);
  }

  private static byte[] compare(
      String line, String target, String key, String operator, String value) {
    byte[] keyBytes = RawText.bytes(key);
    return switch (target) {
      case "ver", "version" -> number(VERSION, 4, keyBytes, operator, line, value);
      case "c", "create" -> number(CREATE, 5, keyBytes, operator, line, value);
      case "m", "mod" -> number(MOD, 6, keyBytes, operator, line, value);
      case "val", "value" ->
          start(VALUE, keyBytes, operator).element(7, RawText.bytes(value)).toBytes();
      case "lease" -> {
        result(operator);
        throw new Panic("bad value"); // as the original of 3.6 does
      }
      default ->
          throw invalid("malformed comparison: " + line + " (unknown target " + target + ")");
    };
  }

  private static byte[] number(
      int target, int field, byte[] key, String operator, String line, String value) {
    long number;
    try {
      number = GoNumber.parseInt(value, 10, 64);
    } catch (NumberFormatException _) {
      throw invalid("invalid txn compare request: " + line);
    }
    return start(target, key, operator).present(field, number).toBytes();
  }

  private static ProtoWriter start(int target, byte[] key, String operator) {
    return new ProtoWriter().number(1, result(operator)).number(2, target).bytes(3, key);
  }

  private static int result(String operator) {
    return switch (operator) {
      case "=" -> 0;
      case ">" -> 1;
      case "<" -> 2;
      case "!=" -> 3;
      default -> throw new Panic("Unknown result op");
    };
  }

  private static Failure invalid(String message) {
    return new Failure(ExitCode.INVALID_INPUT, message);
  }
}
