package io.quorate.etcdctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.command.Output;
import io.quorate.cli.command.Tool;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused before any server is asked (spec/ctl.md 2, 4): stdin, command, exit code. */
class RefusalTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          bad\\n       | txn | 3 | malformed comparison: bad
          \\nfoo x\\n  | txn | 3 | invalid txn request: foo x
          ver("a")     | txn | 3 | EOF
          `` | role grant-permission r read a b --prefix --from-key | 128 | unexpected endkey argument with --prefix flag
          `` | role grant-permission r read a --prefix --from-key | 128 | --from-key and --prefix flags are mutually exclusive
          `` | get a --endpoints=http://%zz:1 | 2 | parse "passthrough:///etcd-endpoints://0x0/%zz:1": invalid URL escape "%zz"
          `` | get a --endpoints=a:1/%4 | 2 | parse "passthrough:///etcd-endpoints://0x0/a:1/%4": invalid URL escape "%4"
          """)
  void says(String stdin, String line, int code, String message) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    Output err = new Output(said);
    Output out = new Output(OutputStream.nullOutputStream());
    List<String> words = List.of(line.split(" "));
    byte[] in = stdin.replace("\\n", "\n").getBytes(StandardCharsets.UTF_8);
    try (Invocation invocation =
        new Invocation(words, new ByteArrayInputStream(in), out, err, Map.of())) {
      Tool tool = new Tool(new Etcdctl(invocation), new EtcdctlUsage(), out, err);
      assertThat(tool.run(words)).isEqualTo(code);
    }
    err.flush();
    assertThat(said.toString(StandardCharsets.UTF_8)).isEqualTo("Error: " + message + "\n");
  }
}
