package io.quorate.rpc;

import java.nio.charset.StandardCharsets;

/**
 * The coding of header {@code grpc-message}: UTF-8, in which every byte outside space..tilde and
 * the percent sign itself stands as {@code %XX}.
 */
public final class PercentText {
  private static final String HEX = "0123456789ABCDEF";

  private PercentText() {}

  public static String encode(String message) {
    byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
    StringBuilder text = new StringBuilder(bytes.length + 16);
    for (byte b : bytes) {
      if (b >= ' ' && b <= '~' && b != '%') {
        text.append((char) b);
      } else {
        text.append('%').append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
      }
    }
    return text.toString();
  }

  /** The message; what is not a valid escape stays as it is. */
  public static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] bytes = new byte[text.length()];
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%' && hex(text, i + 1) >= 0 && hex(text, i + 2) >= 0) {
        bytes[length++] = (byte) (hex(text, i + 1) << 4 | hex(text, i + 2));
        i += 2;
      } else {
        bytes[length++] = (byte) c;
      }
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  private static int hex(String text, int i) {
    return i < text.length() ? Character.digit(text.charAt(i), 16) : -1;
  }
}
