package io.quorate.rpc.hpack;

import java.nio.charset.StandardCharsets;

/**
 * The fixed Huffman code of RFC 7541, appendix B. It is canonical: codes grow with their length,
 * and within a length with their symbol, so the lengths alone are the whole table.
 */
final class Huffman {
  private static final int EOS = 256;
  private static final int MIN_BITS = 5;
  private static final int MAX_BITS = 30;

  private static final byte[] BITS = {
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
    5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
    13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
    6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
    30
  };

  private static final int[] CODES = new int[EOS + 1];

  /** Symbols in the order of their codes. */
  private static final short[] SORTED = new short[EOS + 1];

  /** By length: the first code beyond this length's codes, aligned to 32 bits. */
  private static final long[] LIMITS = new long[MAX_BITS + 1];

  /** By length: place in SORTED of the first symbol minus its code. */
  private static final int[] OFFSETS = new int[MAX_BITS + 1];

  static {
    int code = 0;
    int place = 0;
    for (int bits = MIN_BITS; bits <= MAX_BITS; bits++) {
      OFFSETS[bits] = place - code;
      for (int symbol = 0; symbol <= EOS; symbol++) {
        if (BITS[symbol] == bits) {
          CODES[symbol] = code++;
          SORTED[place++] = (short) symbol;
        }
      }
      LIMITS[bits] = (long) code << (32 - bits);
      code <<= 1;
    }
  }

  private Huffman() {}

  /** Bytes that {@code text}, one char per byte, takes in this code. */
  static int encodedLength(String text) {
    long bits = 0;
    for (int i = 0; i < text.length(); i++) {
      bits += BITS[text.charAt(i) & 0xff];
    }
    return (int) ((bits + 7) / 8);
  }

  /** Writes {@code text} at {@code position}; returns the position behind it. */
  static int encode(String text, byte[] into, int position) {
    long pending = 0;
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      int symbol = text.charAt(i) & 0xff;
      pending = pending << BITS[symbol] | CODES[symbol];
      count += BITS[symbol];
      while (count >= 8) {
        count -= 8;
        into[position++] = (byte) (pending >> count);
      }
    }
    if (count > 0) {
      into[position++] = (byte) (pending << (8 - count) | 0xff >> count);
    }
    return position;
  }

  /** The text, one char per byte. */
  static String decode(byte[] bytes, int offset, int length) {
    byte[] text = new byte[length * 8 / MIN_BITS + 1];
    int size = 0;
    long pending = 0; // the next bits, in the low end
    int count = 0;
    int position = offset;
    int end = offset + length;
    while (true) {
      while (count <= 32 && position < end) {
        pending = (pending << 8 | bytes[position++] & 0xff) & 0xff_ffff_ffffL;
        count += 8;
      }
      if (count < MIN_BITS) {
        break;
      }
      // The next 32 bits; beyond the end stand ones, as the padding has them.
      long window =
          count >= 32
              ? pending >>> (count - 32) & 0xffff_ffffL
              : (pending << (32 - count) | (1L << (32 - count)) - 1) & 0xffff_ffffL;
      int bits = MIN_BITS;
      while (bits <= MAX_BITS && window >= LIMITS[bits]) {
        bits++;
      }
      if (bits > count || bits > MAX_BITS) {
        break; // padding, or an unfinished code
      }
      int symbol = SORTED[OFFSETS[bits] + (int) (window >>> (32 - bits))];
      if (symbol == EOS) {
        throw new HpackException("end of string within a Huffman string");
      }
      text[size++] = (byte) symbol;
      count -= bits;
      pending &= (1L << count) - 1;
    }
    if (count > 7 || pending != (1L << count) - 1) {
      throw new HpackException("a Huffman string is padded with more than the start of EOS");
    }
    return new String(text, 0, size, StandardCharsets.ISO_8859_1);
  }
}
