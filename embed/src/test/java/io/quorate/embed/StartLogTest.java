package io.quorate.embed;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.embed.log.LineFormat;
import io.quorate.embed.log.LogLevel;
import io.quorate.embed.log.LogOutput;
import io.quorate.embed.log.MemberLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartLogTest {
  @ParameterizedTest
  @CsvSource({"4294967295, 4294967295, 4.3 GB", "-1, 18446744073709551615, 18 EB"})
  void largeRequestsAreNamedAsGiven(long bytes, String shown, String size) {
    var out = new ByteArrayOutputStream();
    StartLog.largeRequests(
        bytes, new MemberLog(new LogOutput(List.of(out)), LineFormat.JSON, LogLevel.INFO));
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("\"max-request-bytes\":" + shown + ",\"max-request-size\":\"" + size + "\"");
  }

  @Test
  void onlyALogMakesAMember(@TempDir Path folder) throws IOException {
    assertThat(StartLog.hasLog(folder.resolve("none"))).isFalse();
    assertThat(StartLog.hasLog(folder)).isFalse();
    Files.createFile(folder.resolve("0.tmp"));
    assertThat(StartLog.hasLog(folder)).isFalse();
    Files.createFile(folder.resolve("0000000000000000-0000000000000000.wal"));
    assertThat(StartLog.hasLog(folder)).isTrue();
  }
}
