package io.quorate.etcdctl;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.gotext.GoQuote;
import java.util.ArrayList;
import java.util.List;

/** Splits a typed line into words (spec/ctl.md 4.4, Argify). */
public final class Words {
  private Words() {}

  /**
   * Words between white space; {@code "…"} with Go's escapes and {@code '…'} without any are one
   * word, unless they stand within another. An opening quote without its end is passed over.
   *
   * @throws Failure if escapes are no escapes
   */
  public static List<String> of(String line) {
    List<String> words = new ArrayList<>();
    int at = 0;
    while (at < line.length()) {
      char c = line.charAt(at);
      int end;
      if (c == '"') {
        end = endOfDoubleQuoted(line, at);
      } else if (c == '\'') {
        end = line.indexOf('\'', at + 1) + 1;
      } else if (isSpace(c)) {
        end = 0;
      } else {
        end = at;
        while (end < line.length() && !isSpace(line.charAt(end))) {
          end++;
        }
      }
      if (end == 0) {
        at++;
        continue;
      }
      words.add(word(line.substring(at, end)));
      at = end;
    }
    return words;
  }

  /** Behind the closing quote; 0 if there is none. */
  private static int endOfDoubleQuoted(String line, int start) {
    for (int i = start + 1; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '"') {
        return i + 1;
      }
    }
    return 0;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
  }

  private static String word(String token) {
    if (token.charAt(0) == '\'') {
      return token.substring(1, token.length() - 1);
    }
    if (token.charAt(0) != '"') {
      return token;
    }
    try {
      return GoQuote.unquote(token);
    } catch (IllegalArgumentException e) {
      throw new Failure(ExitCode.INVALID_INPUT, String.valueOf(e.getMessage()));
    }
  }
}
