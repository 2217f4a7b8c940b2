package io.quorate.wal;

import java.util.Optional;

/**
 * The name of a segment, {@code %016x-%016x.wal}.
 *
 * @param sequence counts segments from 0
 * @param firstIndex the first raft index that may stand in it
 */
record SegmentName(long sequence, long firstIndex) {
  static final String SUFFIX = ".wal";
  static final SegmentName FIRST = new SegmentName(0, 0);

  private static final int HEX_DIGITS = 16;

  static Optional<SegmentName> parse(String name) {
    if (name.length() != 2 * HEX_DIGITS + 1 + SUFFIX.length()
        || !name.endsWith(SUFFIX)
        || name.charAt(HEX_DIGITS) != '-') {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new SegmentName(
              Long.parseUnsignedLong(name, 0, HEX_DIGITS, 16),
              Long.parseUnsignedLong(name, HEX_DIGITS + 1, 2 * HEX_DIGITS + 1, 16)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  SegmentName next(long lastIndex) {
    return new SegmentName(sequence + 1, lastIndex + 1);
  }

  @Override
  public String toString() {
    return hex(sequence) + "-" + hex(firstIndex) + SUFFIX;
  }

  /** 16 lower-case digits. */
  static String hex(long value) {
    String digits = Long.toHexString(value);
    return "0".repeat(HEX_DIGITS - digits.length()) + digits;
  }
}
