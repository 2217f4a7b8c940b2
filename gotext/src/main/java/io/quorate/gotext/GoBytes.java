package io.quorate.gotext;

import java.util.Locale;

/** Sizes for people, as etcd's logs and tables have them: {@code 20 kB}, {@code 2.1 GB}. */
public final class GoBytes {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

  private GoBytes() {}

  /**
   * Rounded to one decimal below ten, to none from there on; powers of 1000.
   *
   * @param bytes unsigned
   */
  public static String format(long bytes) {
    if (bytes >= 0 && bytes < 10) {
      return bytes + " B";
    }
    double size = bytes >= 0 ? bytes : (bytes >>> 1) * 2.0;
    int unit = (int) Math.floor(Math.log(size) / Math.log(1000));
    double value = Math.floor(size / Math.pow(1000, unit) * 10 + 0.5) / 10;
    // Go prints halves as the even neighbour: 20.5 kB is 20 kB.
    return value < 10
        ? String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit])
        : (long) Math.rint(value) + " " + UNITS[unit];
  }
}
