package io.quorate.gotext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoDurationTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "1, 1ns",
    "1100, 1.1µs",
    "2200000, 2.2ms",
    "3300000000, 3.3s",
    "245000000000, 4m5s",
    "245001000000, 4m5.001s",
    "18367001000000, 5h6m7.001s",
    "480000000001, 8m0.000000001s",
    "3600000000000, 1h0m0s",
    "-1500000000, -1.5s",
    "9223372036854775807, 2562047h47m16.854775807s",
    "-9223372036854775808, -2562047h47m16.854775808s"
  })
  void printsAsGo(long nanos, String text) {
    assertThat(GoDuration.format(nanos)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "5s, 5000000000",
    "1h30m, 5400000000000",
    "-5.s, -5000000000",
    ".5ms, 500000",
    "12µs, 12000",
    "1.0000000005s, 1000000000",
    "-2562047h47m16.854775808s, -9223372036854775808"
  })
  void readsAsGo(String text, long nanos) {
    assertThat(GoDuration.parse(text)).isEqualTo(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @CsvSource({
    "3, 'time: missing unit in duration \"3\"'",
    "3x, 'time: unknown unit \"x\" in duration \"3x\"'",
    "x, 'time: invalid duration \"x\"'",
    ".s, 'time: invalid duration \".s\"'",
    "'', 'time: invalid duration \"\"'",
    "99999999999999999999, 'time: invalid duration \"99999999999999999999\"'",
    "2562047h47m16.854775808s, 'time: invalid duration \"2562047h47m16.854775808s\"'",
    "-2562047h47m16.854775809s, 'time: invalid duration \"-2562047h47m16.854775809s\"'",
    "9223372036854775808ns, 'time: invalid duration \"9223372036854775808ns\"'"
  })
  void refusesAsGo(String text, String message) {
    assertThatThrownBy(() -> GoDuration.parse(text)).hasMessage(message);
  }

  @Property
  void whatIsPrintedIsRead(@ForAll long nanos) {
    long n = nanos == Long.MIN_VALUE ? 0 : nanos;
    assertThat(GoDuration.parse(GoDuration.format(n))).isEqualTo(Duration.ofNanos(n));
  }
}
