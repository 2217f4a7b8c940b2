package io.quorate.etcdctl.output;

import io.quorate.cli.command.Output;

/** The mode {@code simple}: lines for people and scripts. */
public final class SimpleText {
  private static final byte[] DIGITS = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private final Output out;
  private final boolean hex;

  SimpleText(Output out, boolean hex) {
    this.out = out;
    this.hex = hex;
  }

  public SimpleText line(String text) {
    out.line(text);
    return this;
  }

  /** A key or a value as it is, or with {@code --hex} as {@code \x68\x65}; a line of its own. */
  public SimpleText bytes(byte[] bytes) {
    out.write(hex ? escaped(bytes) : bytes).newLine();
    return this;
  }

  private static byte[] escaped(byte[] bytes) {
    byte[] escaped = new byte[4 * bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      escaped[4 * i] = '\\';
      escaped[4 * i + 1] = 'x';
      escaped[4 * i + 2] = DIGITS[(bytes[i] >> 4) & 15];
      escaped[4 * i + 3] = DIGITS[bytes[i] & 15];
    }
    return escaped;
  }
}
