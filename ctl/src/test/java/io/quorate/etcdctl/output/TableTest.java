package io.quorate.etcdctl.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.command.Output;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** spec/ctl.md 3.5. */
final class TableTest {
  private static String printed(Table table) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Output out = new Output(bytes);
    table.print(out);
    out.flush();
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void health() {
    Table table = new Table(List.of("endpoint", "health", "took", "error"));
    table.row(List.of("127.0.0.1:41279", "true", "1.430511ms", ""));
    assertThat(printed(table))
        .isEqualTo(
            """
            +-----------------+--------+------------+-------+
            |    ENDPOINT     | HEALTH |    TOOK    | ERROR |
            +-----------------+--------+------------+-------+
            | 127.0.0.1:41279 |   true | 1.430511ms |       |
            +-----------------+--------+------------+-------+
            """);
  }

  @Test
  void longCellsAreWrapped() {
    Table table = new Table(List.of("a", "error"));
    table.row(List.of("1", "context deadline exceeded while waiting for it"));
    assertThat(printed(table))
        .isEqualTo(
            """
            +---+--------------------------------+
            | A |             ERROR              |
            +---+--------------------------------+
            | 1 |      context deadline exceeded |
            |   |           while waiting for it |
            +---+--------------------------------+
            """);
  }

  @Test
  void noRows() {
    assertThat(printed(new Table(List.of("x_y", "hash"))))
        .isEqualTo(
            """
            +-----+------+
            | X Y | HASH |
            +-----+------+
            +-----+------+
            """);
  }
}
