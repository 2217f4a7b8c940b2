package io.quorate.etcdctl.message;

import java.util.Arrays;

/** Keys that begin alike. */
public final class KeyPrefix {
  private KeyPrefix() {}

  /**
   * The exclusive end of the range that holds what begins with {@code prefix}; a single zero byte,
   * which means no end, if there is none.
   */
  public static byte[] end(byte[] prefix) {
    for (int i = prefix.length - 1; i >= 0; i--) {
      if (prefix[i] != (byte) 0xff) {
        byte[] end = Arrays.copyOf(prefix, i + 1);
        end[i]++;
        return end;
      }
    }
    return new byte[1];
  }
}
