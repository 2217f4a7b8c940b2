package io.quorate.embed.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir Path folder;

  @Test
  void noJournalIsSaidAsGoDoes() {
    String path = folder.resolve("none").toString();
    assertThatThrownBy(() -> new Journal(path, "etcd", new LogOutput(List.of())))
        .hasMessage("dial unixgram " + path + ": connect: no such file or directory");
  }

  @Test
  void whatCannotBeTakenApartGoesToStandardError() throws Exception {
    Path socket = folder.resolve("socket");
    var err = new ByteArrayOutputStream();
    try (var daemon = new DatagramPeer(socket)) {
      var journal = new Journal(socket.toString(), "etcd", new LogOutput(List.of(err)));
      journal.write("console line\n", LogLevel.INFO, "embed/Etcd.java:1");
      assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("console line\n");
      journal.write("{\"msg\":\"x\"}\n", LogLevel.WARN, "embed/Etcd.java:1");
      assertThat(daemon.receive())
          .startsWith("PRIORITY=4\nMESSAGE\n")
          .endsWith("{\"msg\":\"x\"}\n\nPACKAGE=embed\nSYSLOG_IDENTIFIER=etcd\n");
      journal.close();
    }
  }
}
