package io.quorate.etcdctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Output;
import io.quorate.cli.command.Tool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What snapshot save says where no snapshot comes, for as long as it may take. */
@Timeout(120)
class SnapshotOfASilentMemberTest {
  private static final byte[] HTTP2_SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

  @TempDir private Path folder;

  private String save(String endpoint) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    Output err = new Output(said);
    Output out = new Output(OutputStream.nullOutputStream());
    List<String> words =
        List.of(
            "snapshot",
            "save",
            folder.resolve("db").toString(),
            "--endpoints=" + endpoint,
            "--command-timeout=1s");
    try (Invocation invocation =
        new Invocation(words, InputStream.nullInputStream(), out, err, Map.of())) {
      Tool tool = new Tool(new Etcdctl(invocation), new EtcdctlUsage(), out, err);
      assertThat(tool.run(words)).isEqualTo(ExitCode.INTERRUPTED);
    }
    err.flush();
    return said.toString(StandardCharsets.UTF_8);
  }

  private static ServerSocket server() throws IOException {
    return new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
  }

  private static void greet(ServerSocket server, Socket[] accepted) {
    try {
      accepted[0] = server.accept();
      accepted[0].getOutputStream().write(HTTP2_SETTINGS);
    } catch (IOException _) {
      // the test will say what it misses
    }
  }

  @Test
  void whichSpeaksHttp2() throws Exception {
    Socket[] accepted = new Socket[1]; // stays open
    try (ServerSocket server = server()) {
      Thread greeter = Thread.ofPlatform().start(() -> greet(server, accepted));
      assertThat(save("127.0.0.1:" + server.getLocalPort()))
          .contains("opened snapshot stream; downloading")
          .contains("failed to receive from snapshot stream; closing")
          .endsWith("Error: rpc error: code = DeadlineExceeded desc = context deadline exceeded\n");
      greeter.join();
    }
    accepted[0].close();
  }

  @Test
  void whichOnlyAccepts() throws Exception {
    try (ServerSocket server = server()) {
      assertThat(save("127.0.0.1:" + server.getLocalPort()))
          .contains(
              "desc = context deadline exceeded while waiting for connections to become ready\"")
          .endsWith("\nError: context deadline exceeded\n");
    }
  }

  @Test
  void whichIsNotThere() throws Exception {
    String nowhere;
    try (ServerSocket server = server()) {
      nowhere = "127.0.0.1:" + server.getLocalPort();
    }
    assertThat(save(nowhere))
        .contains("desc = latest balancer error: connection error: desc = ")
        .endsWith("\nError: context deadline exceeded\n");
  }
}
