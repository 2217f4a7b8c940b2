package io.quorate.raft.message;

/** The order of ids, terms and indexes, which are unsigned 64-bit numbers in a {@code long}. */
public final class Unsigned {
  /** The greatest unsigned number, 2^64−1. */
  public static final long MAX = -1L;

  private Unsigned() {}

  public static boolean less(long a, long b) {
    return Long.compareUnsigned(a, b) < 0;
  }

  public static boolean atMost(long a, long b) {
    return Long.compareUnsigned(a, b) <= 0;
  }

  public static long min(long a, long b) {
    return atMost(a, b) ? a : b;
  }

  public static long max(long a, long b) {
    return atMost(a, b) ? b : a;
  }

  public static String text(long value) {
    return Long.toUnsignedString(value);
  }
}
