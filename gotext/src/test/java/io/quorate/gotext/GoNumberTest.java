package io.quorate.gotext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GoNumberTest {
  @ParameterizedTest
  @CsvSource({
    "0, 10, 64, 0",
    "-1, 10, 64, -1",
    "+7, 10, 64, 7",
    "7fffffffffffffff, 16, 64, 9223372036854775807",
    "-8000000000000000, 16, 64, -9223372036854775808",
    "127, 10, 8, 127",
    "-128, 10, 8, -128",
    "007, 10, 64, 7",
    "10, 0, 64, 10",
    "0x10, 0, 64, 16",
    "-0X1f, 0, 64, -31",
    "0b101, 0, 64, 5",
    "0o17, 0, 64, 15",
    "017, 0, 64, 15",
    "0, 0, 64, 0",
    "1_000, 0, 64, 1000",
    "0x_1, 0, 64, 1"
  })
  void signed(String text, int base, int bits, long value) {
    assertThat(GoNumber.parseInt(text, base, bits)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({
    "x, 10, 64, invalid syntax",
    "'', 10, 64, invalid syntax",
    "-, 10, 64, invalid syntax",
    "+-1, 10, 64, invalid syntax",
    "' 1', 10, 64, invalid syntax",
    "1_000, 10, 64, invalid syntax",
    "zz, 16, 64, invalid syntax",
    "8000000000000000, 16, 64, value out of range",
    "9223372036854775808, 10, 64, value out of range",
    "128, 10, 8, value out of range",
    "-129, 10, 8, value out of range",
    "٣, 10, 64, invalid syntax",
    "0x, 0, 64, invalid syntax",
    "1__0, 0, 64, invalid syntax",
    "_1, 0, 64, invalid syntax",
    "1_, 0, 64, invalid syntax",
    "08, 0, 64, invalid syntax",
    "1e3, 0, 64, invalid syntax"
  })
  void signedErrors(String text, int base, int bits, String error) {
    assertThatThrownBy(() -> GoNumber.parseInt(text, base, bits))
        .hasMessage("strconv.ParseInt: parsing \"" + text + "\": " + error);
  }

  @ParameterizedTest
  @CsvSource({
    "18446744073709551615, 10, 64, -1",
    "ffffffffffffffff, 16, 64, -1",
    "4294967295, 10, 32, 4294967295"
  })
  void unsigned(String text, int base, int bits, long value) {
    assertThat(GoNumber.parseUint(text, base, bits)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 10, 64, invalid syntax",
    "+1, 10, 64, invalid syntax",
    "18446744073709551616, 10, 64, value out of range",
    "4294967296, 10, 32, value out of range"
  })
  void unsignedErrors(String text, int base, int bits, String error) {
    assertThatThrownBy(() -> GoNumber.parseUint(text, base, bits))
        .hasMessage("strconv.ParseUint: parsing \"" + text + "\": " + error);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "9, 9 B",
    "10, 10 B",
    "999, 999 B",
    "1000, 1.0 kB",
    "20480, 20 kB",
    "24576, 25 kB",
    "9949, 9.9 kB",
    "9950, 10 kB",
    "2147483648, 2.1 GB",
    "8589934592, 8.6 GB",
    "10737418240, 11 GB",
    "-1, 18 EB"
  })
  void sizes(long bytes, String text) {
    assertThat(GoBytes.format(bytes)).isEqualTo(text);
  }
}
