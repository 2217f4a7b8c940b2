package io.quorate.gotext;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected texts are those of {@code strconv.FormatFloat(value, 'g', -1, 64)}, Go 1.26. */
final class GoFloatTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, -0",
    "1, 1",
    "-1, -1",
    "123456, 123456",
    "1234567, 1.234567e+06",
    "100000, 100000",
    "1000000, 1e+06",
    "2147483648, 2.147483648e+09",
    "1e20, 1e+20",
    "1.5e21, 1.5e+21",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "0.00012345, 0.00012345",
    "1234567.5, 1.2345675e+06",
    "-1234567.5, -1.2345675e+06",
    "999999.5, 999999.5",
    "52.4288, 52.4288",
    "1.7976931348623157e308, 1.7976931348623157e+308",
    "4.9e-324, 5e-324",
    "Infinity, +Inf",
    "-Infinity, -Inf",
    "NaN, NaN"
  })
  void shortest(double value, String text) {
    assertThat(GoFloat.shortest(value)).isEqualTo(text);
  }
}
