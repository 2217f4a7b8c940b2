package io.quorate.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** spec/ctl.md 1.1: what pflag takes and how it refuses. */
final class FlagsTest {
  private final Flags flags = new Flags();
  private final Flag.Text output = flags.text("write-out", "w", "simple", "");
  private final Flag.Bool hex = flags.bool("hex", false, "");
  private final Flag.Bool interactive = flags.bool("interactive", "i", false, "");
  private final Flag.Int limit = flags.int64("limit", 0, "");
  private final Flag.Int ops = flags.uint64("max-txn-ops", 128, "");
  private final Flag.Time timeout = flags.time("timeout", Duration.ofSeconds(5), "");
  private final Flag.Words endpoints = flags.words("endpoints", List.of("127.0.0.1:2379"), "");

  private List<String> parse(String line) {
    return flags.parse(line.isEmpty() ? List.of() : List.of(line.split(" ")));
  }

  private String state() {
    return output.text()
        + " "
        + hex.text()
        + " "
        + interactive.text()
        + " "
        + limit.text()
        + " "
        + ops.text()
        + " "
        + timeout.text()
        + " "
        + endpoints.text();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                             | ''    | simple false false 0 128 5s [127.0.0.1:2379]
          a b                            | a b   | simple false false 0 128 5s [127.0.0.1:2379]
          --write-out=json a             | a     | json false false 0 128 5s [127.0.0.1:2379]
          a --write-out json b           | a b   | json false false 0 128 5s [127.0.0.1:2379]
          -w json                        | ''    | json false false 0 128 5s [127.0.0.1:2379]
          -wjson                         | ''    | json false false 0 128 5s [127.0.0.1:2379]
          -w=json                        | ''    | json false false 0 128 5s [127.0.0.1:2379]
          -iw json                       | ''    | json false true 0 128 5s [127.0.0.1:2379]
          -iwjson -w=table               | ''    | table false true 0 128 5s [127.0.0.1:2379]
          --hex a                        | a     | simple true false 0 128 5s [127.0.0.1:2379]
          --hex=false --hex=T            | ''    | simple true false 0 128 5s [127.0.0.1:2379]
          --hex=0                        | ''    | simple false false 0 128 5s [127.0.0.1:2379]
          --limit 0x10 --max-txn-ops=0b1 | ''    | simple false false 16 1 5s [127.0.0.1:2379]
          --limit=-1_000                 | ''    | simple false false -1000 128 5s [127.0.0.1:2379]
          --timeout 1m30s                | ''    | simple false false 0 128 1m30s [127.0.0.1:2379]
          --endpoints a,b                | ''    | simple false false 0 128 5s [a,b]
          --endpoints a --endpoints b,c  | ''    | simple false false 0 128 5s [a,b,c]
          --endpoints "a,b",c            | ''    | simple false false 0 128 5s [a,b,c]
          --endpoints=                   | ''    | simple false false 0 128 5s []
          -- --hex -w                    | --hex -w | simple false false 0 128 5s [127.0.0.1:2379]
          a -- b                         | a b   | simple false false 0 128 5s [127.0.0.1:2379]
          -                              | -     | simple false false 0 128 5s [127.0.0.1:2379]
          --write-out --hex              | ''    | --hex false false 0 128 5s [127.0.0.1:2379]
          """)
  void takes(String line, String arguments, String state) {
    assertThat(String.join(" ", parse(line))).isEqualTo(arguments);
    assertThat(state()).isEqualTo(state);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          --nope            | unknown flag: --nope
          --nope=1          | unknown flag: --nope
          -c                | unknown shorthand flag: 'c' in -c
          -ic               | unknown shorthand flag: 'c' in -c
          -cx               | unknown shorthand flag: 'c' in -cx
          --=x              | bad flag syntax: --=x
          ---x              | bad flag syntax: ---x
          --limit           | flag needs an argument: --limit
          -w                | flag needs an argument: 'w' in -w
          -iw               | flag needs an argument: 'w' in -w
          --limit x         | invalid argument "x" for "--limit" flag: strconv.ParseInt: parsing "x": invalid syntax
          --limit=          | invalid argument "" for "--limit" flag: strconv.ParseInt: parsing "": invalid syntax
          --max-txn-ops=-1  | invalid argument "-1" for "--max-txn-ops" flag: strconv.ParseUint: parsing "-1": invalid syntax
          --limit 9999999999999999999 | invalid argument "9999999999999999999" for "--limit" flag: strconv.ParseInt: parsing "9999999999999999999": value out of range
          --hex=2           | invalid argument "2" for "--hex" flag: strconv.ParseBool: parsing "2": invalid syntax
          -i=x              | invalid argument "x" for "-i, --interactive" flag: strconv.ParseBool: parsing "x": invalid syntax
          --timeout=5       | invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"
          --timeout=x       | invalid argument "x" for "--timeout" flag: time: invalid duration "x"
          --endpoints="a    | invalid argument "\\"a" for "--endpoints" flag: parse error on line 1, column 3: extraneous or missing " in quoted-field
          --endpoints=a"b   | invalid argument "a\\"b" for "--endpoints" flag: parse error on line 1, column 2: bare " in non-quoted-field
          """)
  void refuses(String line, String message) {
    assertThatThrownBy(() -> parse(line)).isInstanceOf(FlagError.class).hasMessage(message);
  }

  @Test
  void rememberDefaults() {
    parse("-w json --limit=3");
    assertThat(output.initialText()).isEqualTo("simple");
    assertThat(limit.initialText()).isEqualTo("0");
    assertThat(output.isGiven()).isTrue();
    assertThat(hex.isGiven()).isFalse();
  }
}
