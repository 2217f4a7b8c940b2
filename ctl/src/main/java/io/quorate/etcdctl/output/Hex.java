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
    String digits = Long.toHexString(id);
    StringBuilder text = new StringBuilder(WIDTH);
    for (int i = digits.length(); i < WIDTH; i++) {
      text.append(with);
    }
    return text.append(digits).toString();
  }
}
