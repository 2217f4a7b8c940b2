package io.quorate.wal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class Crc32cTest {
  @Test
  void theCheckValueOfTheCastagnoliPolynomial() {
    byte[] digits = "123456789".getBytes(US_ASCII);
    assertThat(new Crc32c().update(0, digits, 0, 9)).isEqualTo(0xe3069283);
    assertThat(Crc32c.of(digits, 0, 9)).isEqualTo(0xe3069283);
  }

  @Property(tries = 200)
  void goesOnFromAnyFinishedValue(
      @ForAll @Size(max = 3000) byte[] bytes, @ForAll int cut, @ForAll int seed) {
    int first = bytes.length == 0 ? 0 : Math.floorMod(cut, bytes.length + 1);
    Crc32c crc = new Crc32c();
    int whole = crc.update(seed, bytes, 0, bytes.length);
    int parts = crc.update(seed, bytes, 0, first);
    assertThat(crc.update(parts, bytes, first, bytes.length - first)).isEqualTo(whole);
    assertThat(whole).isEqualTo(bitwise(seed, bytes));
  }

  /** The definition: register = seed inverted, one bit at a time, inverted again. */
  private static int bitwise(int seed, byte[] bytes) {
    int register = ~seed;
    for (byte b : bytes) {
      register ^= b & 0xff;
      for (int i = 0; i < 8; i++) {
        register = (register & 1) != 0 ? register >>> 1 ^ 0x82F63B78 : register >>> 1;
      }
    }
    return ~register;
  }
}
