package io.quorate.gotext;

import java.nio.charset.StandardCharsets;

/**
 * Text that need not be UTF-8, as Go's strings are: keys, values, arguments. A Java string holds it
 * without loss when each byte {@code b} that is no part of valid UTF-8 is kept as the lone
 * surrogate {@code U+DC00 + b}; {@link GoQuote} and {@link GoJson} write those as Go does.
 */
public final class RawText {
  private static final int FIRST = 0xdc80;
  private static final int LAST = 0xdcff;

  private RawText() {}

  /** Whether {@code c}, a code point of such a string, stands for one byte that is not UTF-8. */
  public static boolean isByte(int c) {
    return c >= FIRST && c <= LAST;
  }

  public static String of(byte[] bytes) {
    return of(bytes, 0, bytes.length);
  }

  public static String of(byte[] bytes, int from, int to) {
    int start = from;
    StringBuilder out = null;
    for (int i = from; i < to; ) {
      int length = bytes[i] >= 0 ? 1 : Utf8.sequenceLength(bytes, i);
      if (length > 0 && i + length <= to) {
        i += length;
        continue;
      }
      if (out == null) {
        out = new StringBuilder(to - from);
      }
      out.append(new String(bytes, start, i - start, StandardCharsets.UTF_8));
      out.append((char) (0xdc00 + (bytes[i] & 0xff)));
      start = ++i;
    }
    String tail = new String(bytes, start, to - start, StandardCharsets.UTF_8);
    return out == null ? tail : out.append(tail).toString();
  }

  public static byte[] bytes(String text) {
    int odd = -1;
    for (int i = 0; i < text.length() && odd < 0; i++) {
      odd = isLoneByte(text, i) ? i : -1;
    }
    if (odd < 0) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    byte[] out = new byte[text.length() * 3];
    int length = 0;
    int start = 0;
    for (int i = odd; i <= text.length(); i++) {
      if (i < text.length() && !isLoneByte(text, i)) {
        continue;
      }
      byte[] part = text.substring(start, i).getBytes(StandardCharsets.UTF_8);
      System.arraycopy(part, 0, out, length, part.length);
      length += part.length;
      if (i < text.length()) {
        out[length++] = (byte) text.charAt(i);
      }
      start = i + 1;
    }
    return java.util.Arrays.copyOf(out, length);
  }

  private static boolean isLoneByte(String text, int i) {
    char c = text.charAt(i);
    return c >= FIRST && c <= LAST && !(i > 0 && Character.isHighSurrogate(text.charAt(i - 1)));
  }
}
