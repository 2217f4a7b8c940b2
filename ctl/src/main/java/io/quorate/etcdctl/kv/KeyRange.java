package io.quorate.etcdctl.kv;

import io.quorate.gotext.RawText;
import java.util.Arrays;

/**
 * The keys that a request is about.
 *
 * @param end exclusive; empty for the one key, a single zero byte for all from {@code key} on
 */
record KeyRange(byte[] key, byte[] end) {
  private static final byte[] ZERO = {0};
  private static final byte[] NOTHING = {};

  static KeyRange one(String key) {
    return new KeyRange(RawText.bytes(key), NOTHING);
  }

  static KeyRange between(String key, String end) {
    return new KeyRange(RawText.bytes(key), RawText.bytes(end));
  }

  /** All keys that begin with {@code prefix}; all keys if it is empty. */
  static KeyRange prefix(String prefix) {
    byte[] key = RawText.bytes(prefix);
    return key.length == 0 ? new KeyRange(ZERO, ZERO) : new KeyRange(key, endOfPrefix(key));
  }

  static KeyRange from(String first) {
    byte[] key = RawText.bytes(first);
    return new KeyRange(key.length == 0 ? ZERO : key, ZERO);
  }

  private static byte[] endOfPrefix(byte[] prefix) {
    for (int i = prefix.length - 1; i >= 0; i--) {
      if (prefix[i] != (byte) 0xff) {
        byte[] end = Arrays.copyOf(prefix, i + 1);
        end[i]++;
        return end;
      }
    }
    return ZERO;
  }
}
