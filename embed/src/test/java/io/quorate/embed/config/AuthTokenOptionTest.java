package io.quorate.embed.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.embed.log.LineFormat;
import io.quorate.embed.log.LogLevel;
import io.quorate.embed.log.LogOutput;
import io.quorate.embed.log.MemberLog;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthTokenOptionTest {
  /** The lines are etcd's. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "foo | \"unknown token type\",\"type\":\"foo\",\"error\":\"auth: invalid auth options\"}",
        "simple,a | \"invalid token option\",\"option\":\"simple,a\"",
        "simple,a=b=c | \"invalid token option\",\"option\":\"simple,a=b=c\"",
        "simple,a=b,a=c |"
            + " \"invalid token option\",\"option\":\"simple,a=b,a=c\",\"duplicate-parameter\":\"a\""
      })
  void whatIsWrongIsSaid(String flag, String line) {
    var said = new ByteArrayOutputStream();
    var log = new MemberLog(new LogOutput(List.of(said)), LineFormat.JSON, LogLevel.INFO);
    assertThatThrownBy(() -> AuthTokenOption.parse(flag, log))
        .isInstanceOf(ConfigException.class)
        .hasMessage("auth: invalid auth options");
    assertThat(said.toString(StandardCharsets.UTF_8)).contains(line);
  }
}
