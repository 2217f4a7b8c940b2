package io.quorate.gotext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GoJsonTest {
  @Test
  void textIsEscapedAsGoDoes() {
    assertThat(GoJson.quote("a\"b\\c\b\f\n\r\t\u0001<>&\u2028\u2029é\uD83D\uDE00\uD83D"))
        .isEqualTo(
            "\"a\\\"b\\\\c\\b\\f\\n\\r\\t\\u0001\\u003c\\u003e\\u0026\\u2028\\u2029é\uD83D\uDE00\\ufffd\"");
  }

  @ParameterizedTest
  @CsvSource({
    "61, a",
    "ff, \\ufffd",
    "61ff62, a\\ufffdb",
    "c3a9, é",
    "c3, \\ufffd",
    "e282, \\ufffd\\ufffd",
    "eda080, \\ufffd\\ufffd\\ufffd",
    "c080, \\ufffd\\ufffd",
    "f4908080, \\ufffd\\ufffd\\ufffd\\ufffd"
  })
  void eachByteThatIsNoUtf8IsReplaced(String hex, String text) {
    assertThat(GoJson.quote(HexFormat.of().parseHex(hex))).isEqualTo("\"" + text + "\"");
  }

  @Test
  void anObjectIsReadWhateverTheCaseOfItsNames() {
    JsonReader in =
        new JsonReader(
            " {\"ID\": 18446744073709551615 ,\"Flag\":true,\"n\":null,\"URLs\":[\"a\",\"\\u00e9\\n\"],\"x\":{\"y\":[1.5e3,{}]}} "
                .getBytes(StandardCharsets.UTF_8));
    List<Object> seen = new ArrayList<>();
    in.object(name -> {
      seen.add(name);
      switch (name) {
        case "id" -> seen.add(in.number());
        case "flag" -> seen.add(in.bool());
        case "n" -> seen.add(in.text());
        case "urls" -> in.array(() -> seen.add(in.text()));
        default -> in.skip();
      }
    });
    in.end();
    assertThat(seen).containsExactly("id", -1L, "flag", true, "n", "", "urls", "a", "é\n", "x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "[1",
        "\"a",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":1}}",
        "{a:1}",
        "tru",
        "{\"a\":\"\n\"}"
      })
  void whatIsNotJsonIsRefused(String json) {
    JsonReader in = new JsonReader(json.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(
            () -> {
              in.skip();
              in.end();
            })
        .isInstanceOf(JsonReader.MalformedException.class);
  }

  @Test
  void nestingHasALimit() {
    JsonReader in = new JsonReader("[".repeat(100_000).getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(in::skip).isInstanceOf(JsonReader.MalformedException.class);
  }
}
