package io.quorate.etcdctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.command.Output;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** spec/ctl.md 1.3: what of a client's log is written, by ETCD_CLIENT_DEBUG. */
class ClientLogTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final Output err = new Output(written);

  @ParameterizedTest
  @CsvSource({
    "'', true, false",
    "true, true, false",
    "warn, true, false",
    "Error, false, false",
    "fatal, false, false",
    "1, true, true",
    "false, true, true"
  })
  void writesFromTheLevelOn(String level, boolean warns, boolean complains) {
    Map<String, String> environment = Map.of("ETCD_CLIENT_DEBUG", level);
    try (Invocation invocation =
        new Invocation(List.of(), InputStream.nullInputStream(), err, err, environment)) {
      ClientLog.of(invocation, ClientLog.DEFAULT).write("warn", "heard");
      assertThat(text().contains("heard")).isEqualTo(warns);
      ClientLog.of(invocation, "client").write("info", "others");
      assertThat(text()).contains("others");
    }
    ClientLogLevel.complain(environment, err);
    assertThat(
            text()
                .endsWith(
                    " Invalid value for environment variable 'ETCD_CLIENT_DEBUG'."
                        + " Using default level: 'info'\n"))
        .isEqualTo(complains);
  }

  private String text() {
    err.flush();
    return written.toString(StandardCharsets.UTF_8);
  }
}
