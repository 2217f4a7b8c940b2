package io.quorate.gotext;

import java.io.ByteArrayOutputStream;

/** The escapes within Go's double quotes; they may name single bytes. */
final class Escapes {
  private Escapes() {}

  /**
   * @throws IllegalArgumentException {@code invalid syntax} if one is none
   */
  static String decode(String inner) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(inner.length());
    int i = 0;
    while (i < inner.length()) {
      int backslash = inner.indexOf('\\', i);
      int plainEnd = backslash < 0 ? inner.length() : backslash;
      if (inner.indexOf('"', i) >= 0 && inner.indexOf('"', i) < plainEnd) {
        throw invalid();
      }
      out.writeBytes(RawText.bytes(inner.substring(i, plainEnd)));
      i = plainEnd;
      if (backslash >= 0) {
        i = escape(inner, backslash + 1, out);
      }
    }
    return RawText.of(out.toByteArray());
  }

  /** Decodes what follows a backslash; returns where it ends. */
  private static int escape(String inner, int at, ByteArrayOutputStream out) {
    char kind = at < inner.length() ? inner.charAt(at) : 0;
    switch (kind) {
      case 'a' -> out.write(7);
      case 'b' -> out.write('\b');
      case 'f' -> out.write('\f');
      case 'n' -> out.write('\n');
      case 'r' -> out.write('\r');
      case 't' -> out.write('\t');
      case 'v' -> out.write(11);
      case '\\', '"' -> out.write(kind);
      case 'x' -> {
        out.write(number(inner, at + 1, 2, 16));
        return at + 3;
      }
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        int value = number(inner, at, 3, 8);
        if (value > 255) {
          throw invalid();
        }
        out.write(value);
        return at + 3;
      }
      case 'u', 'U' -> {
        int digits = kind == 'u' ? 4 : 8;
        int value = number(inner, at + 1, digits, 16);
        if (!Character.isValidCodePoint(value) || (value >= 0xd800 && value <= 0xdfff)) {
          throw invalid();
        }
        out.writeBytes(RawText.bytes(Character.toString(value)));
        return at + 1 + digits;
      }
      default -> throw invalid();
    }
    return at + 1;
  }

  private static int number(String text, int start, int digits, int radix) {
    if (start + digits > text.length()) {
      throw invalid();
    }
    int value = 0;
    for (int i = start; i < start + digits; i++) {
      int digit = text.charAt(i) < 128 ? Character.digit(text.charAt(i), radix) : -1;
      if (digit < 0) {
        throw invalid();
      }
      value = value * radix + digit;
    }
    return value;
  }

  private static IllegalArgumentException invalid() {
    return new IllegalArgumentException("invalid syntax");
  }
}
