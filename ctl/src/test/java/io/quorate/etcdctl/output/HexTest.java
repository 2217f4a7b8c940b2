package io.quorate.etcdctl.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As Go's {@code %016x} prints numbers with and without a sign. */
class HexTest {
  @ParameterizedTest
  @CsvSource({
    "10, 000000000000000a, 000000000000000a",
    "-1, -000000000000001, ffffffffffffffff",
    "-9223372036854775808, -8000000000000000, 8000000000000000",
    "9223372036854775807, 7fffffffffffffff, 7fffffffffffffff"
  })
  void fillsUpToSixteenPlaces(long number, String signed, String unsigned) {
    assertThat(Hex.signed(number)).isEqualTo(signed);
    assertThat(Hex.sixteen(number)).isEqualTo(unsigned);
  }
}
