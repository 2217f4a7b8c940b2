package io.quorate.gotext;

/** UTF-8 as Go reads it: what is not valid counts as one bad byte at a time. */
final class Utf8 {
  private Utf8() {}

  /** The length of the valid sequence that starts at {@code i}: 1 to 4; 0 if there is none. */
  static int sequenceLength(byte[] bytes, int i) {
    int first = bytes[i] & 0xff;
    if (first < 0x80) {
      return 1;
    }
    int length;
    int low = 0x80;
    int high = 0xbf;
    if (first >= 0xc2 && first <= 0xdf) {
      length = 2;
    } else if (first >= 0xe0 && first <= 0xef) {
      length = 3;
      low = first == 0xe0 ? 0xa0 : low; // shorter forms exist below
      high = first == 0xed ? 0x9f : high; // surrogates above
    } else if (first >= 0xf0 && first <= 0xf4) {
      length = 4;
      low = first == 0xf0 ? 0x90 : low;
      high = first == 0xf4 ? 0x8f : high;
    } else {
      return 0;
    }
    if (i + length > bytes.length) {
      return 0;
    }
    int second = bytes[i + 1] & 0xff;
    if (second < low || second > high) {
      return 0;
    }
    for (int k = 2; k < length; k++) {
      if ((bytes[i + k] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return length;
  }
}
