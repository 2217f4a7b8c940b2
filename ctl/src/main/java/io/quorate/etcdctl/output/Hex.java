package io.quorate.etcdctl.output;

/** Ids as users see them. */
public final class Hex {
  private static final int WIDTH = 16;

  private Hex() {}

  /** {@code %016x}. */
  public static String sixteen(long id) {
    return padded(id, '0');
  }

  /** {@code %16x}. */
  public static String spaced(long id) {
    return padded(id, ' ');
  }

  private static String padded(long id, char with) {
    return padded("", Long.toHexString(id), with);
  }

  /** The same of a number with a sign: {@code -1} is {@code -000000000000001}. */
  public static String signed(long id) {
    String digits = Long.toString(id, 16);
    return id < 0 ? padded("-", digits.substring(1), '0') : padded("", digits, '0');
  }

  private static String padded(String sign, String digits, char with) {
    StringBuilder text = new StringBuilder(WIDTH).append(sign);
    for (int i = sign.length() + digits.length(); i < WIDTH; i++) {
      text.append(with);
    }
    return text.append(digits).toString();
  }
}
