package io.quorate.wal;

import java.util.zip.CRC32C;

/**
 * CRC-32C that goes on from any finished value, which {@link CRC32C} of the JDK cannot.
 *
 * <p>A CRC is linear: with a and b finished values, {@code crc(A ++ B) = shift(crc(A), |B|) ^
 * crc(B)}, where {@code shift(c, n)} is what n zero bytes make of the bare register c. So the JDK's
 * intrinsic does the bytes, and the seed is shifted with one table step per set bit of the length.
 */
final class Crc32c {
  private static final int POLYNOMIAL = 0x82F63B78;

  /** {@code SHIFT[k][i][b]}: what 2^k zero bytes make of byte {@code b} at place {@code i}. */
  private static final int[][][] SHIFT = shiftTables();

  private final CRC32C intrinsic = new CRC32C();

  /** The CRC of everything before, whose CRC is {@code crc}, and these bytes. */
  int update(int crc, byte[] bytes, int offset, int length) {
    intrinsic.reset();
    intrinsic.update(bytes, offset, length);
    return shift(crc, length) ^ (int) intrinsic.getValue();
  }

  /** The CRC of these bytes alone. */
  static int of(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  private static int shift(int crc, int length) {
    for (int left = length; left != 0; left &= left - 1) {
      int[][] step = SHIFT[Integer.numberOfTrailingZeros(left)];
      crc =
          step[0][crc & 0xff]
              ^ step[1][crc >>> 8 & 0xff]
              ^ step[2][crc >>> 16 & 0xff]
              ^ step[3][crc >>> 24];
    }
    return crc;
  }

  private static int[][][] shiftTables() {
    int[][][] tables = new int[Integer.SIZE - 1][4][256];
    // What each single bit becomes; first after one zero byte, then twice as far per table.
    int[] bits = new int[Integer.SIZE];
    for (int bit = 0; bit < Integer.SIZE; bit++) {
      int register = 1 << bit;
      for (int i = 0; i < Byte.SIZE; i++) {
        register = (register & 1) != 0 ? register >>> 1 ^ POLYNOMIAL : register >>> 1;
      }
      bits[bit] = register;
    }
    for (int[][] table : tables) {
      for (int place = 0; place < 4; place++) {
        for (int value = 0; value < 256; value++) {
          table[place][value] = apply(bits, value << (Byte.SIZE * place));
        }
      }
      int[] twice = new int[Integer.SIZE];
      for (int bit = 0; bit < Integer.SIZE; bit++) {
        twice[bit] = apply(bits, bits[bit]);
      }
      bits = twice;
    }
    return tables;
  }

  private static int apply(int[] bits, int register) {
    int result = 0;
    for (int left = register; left != 0; left &= left - 1) {
      result ^= bits[Integer.numberOfTrailingZeros(left)];
    }
    return result;
  }
}
