package io.quorate.etcdctl.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import io.quorate.api.etcdserverpb.Compare;
import io.quorate.etcdctl.Panic;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** spec/ctl.md 4.4: what a condition means, read back by protobuf's own library. */
final class ComparisonTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          mod("a") > "0"        | result: GREATER target: MOD key: "a" mod_revision: 0
          m("a") = "-1"         | target: MOD key: "a" mod_revision: -1
          c("a") != "5"         | result: NOT_EQUAL target: CREATE key: "a" create_revision: 5
          create("a") < "5"     | result: LESS target: CREATE key: "a" create_revision: 5
          ver("a") = "1"        | key: "a" version: 1
          version("a") = "0"    | key: "a" version: 0
          val("a") = ""         | target: VALUE key: "a" value: ""
          value(`a b`) > "\\x41" | result: GREATER target: VALUE key: "a b" value: "A"
          ver("a")\t=\t \t"1" | key: "a" version: 1
          val("\\xff") = "x"    | target: VALUE key: "\\377" value: "x"
          """)
  void means(String line, String message) throws InvalidProtocolBufferException {
    Compare compare = Compare.parseFrom(Comparison.parse(line));
    assertThat(TextFormat.printer().emittingSingleLine(true).printToString(compare))
        .isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          mod                   | malformed comparison: mod
          mod("a")> "0"         | malformed comparison: mod("a")> "0"; got mod("a")  ""
          mod("a") >"0"         | malformed comparison: mod("a") >"0"; got mod("a") >"0" ""
          mod( "a" ) > "0"      | malformed comparison: mod( "a" ) > "0"; got mod("a")  ""
          mod(a) > "0"          | malformed comparison: mod(a) > "0"; got mod("")  ""
          mod("a") > 0          | malformed comparison: mod("a") > 0; got mod("a") > ""
          foo("a") = "0"        | malformed comparison: foo("a") = "0" (unknown target foo)
          MOD("a") = "0"        | malformed comparison: MOD("a") = "0" (unknown target MOD)
          mod("a") = "x"        | invalid txn compare request: mod("a") = "x"
          """)
  void refuses(String line, String message) {
    assertThatThrownBy(() -> Comparison.parse(line)).hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          mod("a") ~ "0"        | Unknown result op
          lease("a") ~ "0"      | Unknown result op
          lease("a") = "0"      | bad value
          """)
  void panicsAsTheOriginal(String line, String message) {
    assertThatThrownBy(() -> Comparison.parse(line)).isInstanceOf(Panic.class).hasMessage(message);
  }
}
