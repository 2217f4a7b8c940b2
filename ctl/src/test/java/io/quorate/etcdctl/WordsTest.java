package io.quorate.etcdctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** spec/ctl.md 4.4: Argify. */
final class WordsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          put a b            | put,a,b
          put   a\tb         | put,a,b
          put "a b" c        | put,a b,c
          put 'a b' c        | put,a b,c
          put "a\\"b" c      | put,a"b,c
          put 'a\\"b' c      | put,a\\"b,c
          put "a'b" 'c"d'    | put,a'b,c"d
          un"quoted"mid      | un"quoted"mid
          a'b c              | a'b,c
          "\\x41\\u00e9"      | Aé
          'a                 | a
          "a b               | a,b
          "a""b"             | a,b
          ''                 | ``
          """)
  void splits(String line, String words) {
    assertThat(String.join(",", Words.of(line))).isEqualTo(words);
  }

  @Test
  void refusesWhatIsNoEscape() {
    assertThatThrownBy(() -> Words.of("put \"\\q\""))
        .isInstanceOf(io.quorate.cli.command.Failure.class)
        .hasMessage("invalid syntax");
  }
}
