package io.quorate.gotext;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Reads JSON as Go's encoding/json does where etcd stores JSON: names match whatever their case,
 * null leaves a value empty, numbers are 64-bit integers up to 2^64-1, text that is not UTF-8 is
 * repaired. One value, read by calls in its order. Not thread-safe.
 */
public final class JsonReader {
  /** Text that is not the JSON expected; the position counts bytes from 0. */
  public static final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedException(String expected, int position) {
      super("json: expected " + expected + " at byte " + position);
    }
  }

  private static final int MAX_DEPTH = 1_000;

  private final byte[] json;
  private int position;
  private int depth;

  public JsonReader(byte[] json) {
    this.json = json;
  }

  /** Reads an object: {@code field} gets each name in lower case and must read its value. */
  public void object(Consumer<String> field) {
    if (nullValue()) {
      return;
    }
    enter('{');
    if (!accept('}')) {
      do {
        String name = text().toLowerCase(Locale.ROOT);
        expect(':');
        field.accept(name);
      } while (accept(','));
      expect('}');
    }
    depth--;
  }

  /** As {@link #object}, for objects that are maps: names as they are. */
  public void map(Consumer<String> entry) {
    if (nullValue()) {
      return;
    }
    enter('{');
    if (!accept('}')) {
      do {
        String name = text();
        expect(':');
        entry.accept(name);
      } while (accept(','));
      expect('}');
    }
    depth--;
  }

  /** Reads an array: {@code element} must read each element. */
  public void array(Runnable element) {
    if (nullValue()) {
      return;
    }
    enter('[');
    if (!accept(']')) {
      do {
        element.run();
      } while (accept(','));
      expect(']');
    }
    depth--;
  }

  /** Whether the next value is null, which is then read. */
  public boolean nullValue() {
    return literal("null");
  }

  public boolean bool() {
    if (nullValue() || literal("false")) {
      return false;
    }
    if (literal("true")) {
      return true;
    }
    throw malformed("a boolean");
  }

  /** An integer; values above 2^63-1 come as the same 64 bits. */
  public long number() {
    if (nullValue()) {
      return 0;
    }
    skipBlanks();
    int start = position;
    while (position < json.length && isNumberByte(json[position])) {
      position++;
    }
    String digits = new String(json, start, position - start, StandardCharsets.ISO_8859_1);
    try {
      return digits.startsWith("-") ? Long.parseLong(digits) : Long.parseUnsignedLong(digits);
    } catch (NumberFormatException _) {
      position = start;
      throw malformed("an integer");
    }
  }

  /** As {@link #number}, where Go has no place for a sign. */
  public long unsigned() {
    skipBlanks();
    if (position < json.length && json[position] == '-') {
      throw malformed("an unsigned integer");
    }
    return number();
  }

  public String text() {
    if (nullValue()) {
      return "";
    }
    expect('"');
    StringBuilder out = new StringBuilder();
    int start = position;
    while (true) {
      if (position >= json.length || (json[position] & 0xff) < 0x20) {
        throw malformed("the end of a string");
      }
      byte b = json[position];
      if (b == '"' || b == '\\') {
        out.append(new String(json, start, position - start, StandardCharsets.UTF_8));
        position++;
        if (b == '"') {
          return out.toString();
        }
        out.append(escaped());
        start = position;
      } else {
        position++;
      }
    }
  }

  private char escaped() {
    if (position >= json.length) {
      throw malformed("an escape");
    }
    return switch (json[position++]) {
      case '"' -> '"';
      case '\\' -> '\\';
      case '/' -> '/';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        if (position + 4 > json.length) {
          throw malformed("four hex digits");
        }
        int value = 0;
        for (int i = 0; i < 4; i++) {
          int digit = Character.digit(json[position++], 16);
          if (digit < 0) {
            throw malformed("four hex digits");
          }
          value = value << 4 | digit;
        }
        yield (char) value;
      }
      default -> throw malformed("an escape");
    };
  }

  /** Reads any value and forgets it. */
  public void skip() {
    skipBlanks();
    if (position >= json.length) {
      throw malformed("a value");
    }
    switch (json[position]) {
      case '{' -> map(_ -> skip());
      case '[' -> array(this::skip);
      case '"' -> text();
      case 't', 'f' -> bool();
      case 'n' -> {
        if (!nullValue()) {
          throw malformed("a value");
        }
      }
      default -> {
        int start = position;
        while (position < json.length
            && (isNumberByte(json[position]) || ".eE+".indexOf(json[position]) >= 0)) {
          position++;
        }
        if (position == start) {
          throw malformed("a value");
        }
      }
    }
  }

  /** Only blanks may be left. */
  public void end() {
    skipBlanks();
    if (position != json.length) {
      throw malformed("the end");
    }
  }

  private static boolean isNumberByte(byte b) {
    return b >= '0' && b <= '9' || b == '-';
  }

  private void enter(char bracket) {
    expect(bracket);
    if (++depth > MAX_DEPTH) {
      throw malformed("less nesting");
    }
  }

  private void expect(char c) {
    if (!accept(c)) {
      throw malformed("'" + c + "'");
    }
  }

  private boolean accept(char c) {
    skipBlanks();
    if (position < json.length && json[position] == c) {
      position++;
      return true;
    }
    return false;
  }

  private boolean literal(String word) {
    skipBlanks();
    if (position + word.length() > json.length) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (json[position + i] != word.charAt(i)) {
        return false;
      }
    }
    position += word.length();
    return true;
  }

  private void skipBlanks() {
    while (position < json.length
        && (json[position] == ' '
            || json[position] == '\n'
            || json[position] == '\t'
            || json[position] == '\r')) {
      position++;
    }
  }

  private MalformedException malformed(String expected) {
    return new MalformedException(expected, position);
  }
}
