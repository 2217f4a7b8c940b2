package io.quorate.mvcc;

import java.util.Arrays;

/**
 * A set of keys as requests write it (spec/api.md 7.1): {@code end} empty is the one key, a single
 * zero byte is every key from {@code key} on, anything else is exclusive.
 */
public record KeyRange(byte[] key, byte[] end) {
  private static final byte[] NONE = {};

  public static KeyRange single(byte[] key) {
    return new KeyRange(key, NONE);
  }

  public boolean isSingle() {
    return end.length == 0;
  }

  /** Whether there is no upper bound. */
  public boolean isFromKey() {
    return end.length == 1 && end[0] == 0;
  }

  /** Whether no key can be inside. */
  public boolean isEmpty() {
    return !isSingle() && !isFromKey() && Arrays.compareUnsigned(key, end) >= 0;
  }

  /** Whether {@code candidate} is inside. */
  public boolean contains(byte[] candidate) {
    if (isSingle()) {
      return Arrays.equals(key, candidate);
    }
    return Arrays.compareUnsigned(key, candidate) <= 0
        && (isFromKey() || Arrays.compareUnsigned(candidate, end) < 0);
  }
}
