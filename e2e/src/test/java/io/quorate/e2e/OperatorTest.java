package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What whoever runs a member sees of it: its lines, its files, its init daemon, its faults. */
class OperatorTest {
  /**
   * Lines that come or do not come by the clock or the load of the machine, or name other things.
   */
  private static final List<String> BY_CHANCE =
      List.of(
          "apply request took too long",
          "request stats",
          "trace[",
          "slow fdatasync",
          "leader failed to send out heartbeat",
          "waiting for ReadIndex response",
          "purged",
          "closing client connection",
          // Only the original's membership is kept in two places.
          "Detected member only in v3store",
          "ignore already added member",
          "updated cluster version");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  @Test
  void startAndStopAreSaidInTheSameLines() throws IOException {
    Set<String> original = life(Kind.ORIGINAL);
    Set<String> ours = life(Kind.OURS);
    assertThat(ours).containsExactlyInAnyOrderElementsOf(original);
  }

  /** Level, logger, message and names of the fields of every line of two starts. */
  private Set<String> life(Kind kind) throws IOException {
    Set<String> lines = new TreeSet<>();
    try (Member member = Member.in(scratch.resolve(kind.name())).flags("--snapshot-count=50")) {
      for (int round = 0; round < 2; round++) {
        member.start(kind);
        member.etcdctl("put", "a", "1").succeeded();
        member.checker("load", "-clients=4", "-total=120", "-key-space=10").succeeded();
        member.awaitLog(line -> line.contains("saved snapshot to disk"), "a snapshot");
        member.stop();
        for (String line : member.log().lines().toList()) {
          JsonNode json = new ObjectMapper().readTree(line);
          String message = json.path("msg").asText();
          if (!json.path("logger").asText().equals("raft")
              && BY_CHANCE.stream().noneMatch(message::startsWith)) {
            List<String> names = new ArrayList<>();
            json.fieldNames().forEachRemaining(names::add);
            names.removeAll(List.of("ts", "caller", "msg"));
            // A path and the options of bbolt.
            lines.add(message.replaceAll("\\(.*", "") + " " + names + json.path("level").asText());
          }
        }
      }
    }
    return lines;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void linesGoToEveryOutput(Kind kind) throws IOException {
    Path file = scratch.resolve(kind + ".log");
    try (Member member =
        Member.in(scratch.resolve(kind.name()))
            .flags("--log-outputs=stderr," + file, "--log-format=console")
            .start(kind)) {
      member.stop();
      assertThat(Files.readString(file).lines()).containsExactlyElementsOf(linesOf(member));
      assertThat(member.log().lines())
          .anyMatch(line -> line.matches(".*Z\tinfo\t\\S+\tready to serve client requests"));
    }
  }

  /** Without what the original's gRPC library now and then says on stderr, past the log. */
  private static List<String> linesOf(Member member) {
    return member.log().lines().filter(line -> !line.matches("\\d{4}/.*WARNING: .*")).toList();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theInitDaemonHears(Kind kind) throws IOException, InterruptedException {
    Path python = Programs.system("python3", "a test with a datagram socket");
    Path socket = Files.createTempDirectory("notify").resolve("s");
    Path heard = scratch.resolve("heard-" + kind);
    String daemon =
        "import socket,sys\n"
            + "s=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM); s.bind(sys.argv[1])\n"
            + "print(s.recv(100).decode())\n";
    Process process = Run.command(python, "-c", daemon, socket.toString()).background(heard);
    try {
      for (int i = 0; i < 600 && !Files.exists(socket); i++) {
        Thread.sleep(50);
      }
      try (Member member =
          Member.in(scratch.resolve(kind.name()))
              .environment("NOTIFY_SOCKET", socket.toString())
              .start(kind)) {
        member.awaitLog(
            line -> line.contains("successfully notified init daemon"), "the line about it");
      }
      assertThat(
              process.waitFor(
                  Member.START_LIMIT.toSeconds(), java.util.concurrent.TimeUnit.SECONDS))
          .isTrue();
      assertThat(heard).hasContent("READY=1");
    } finally {
      process.destroyForcibly();
    }
  }

  /** Only ours: the original has its failpoints in builds of its own. */
  @Test
  void failpointsAreControlledFromOutside() throws IOException, InterruptedException {
    String control = "127.0.0.1:" + Member.freePort();
    try (Member member =
            Member.in(scratch)
                .environment("GOFAIL_HTTP", control)
                .environment("GOFAIL_FAILPOINTS", "walAfterSync=2*sleep(1)->off")
                .start(Kind.OURS);
        HttpClient client = HttpClient.newHttpClient()) {
      String all = talk(client, control, "GET", "", "");
      assertThat(all)
          .startsWith("200 ")
          .contains("\nwalAfterSync=2*sleep(1)->off\n", "\ndefragdbFail=\n", "\nbeforeCommit=\n");
      assertThat(talk(client, control, "GET", "walAfterSync/count", "")).startsWith("200 ");

      assertThat(talk(client, control, "PUT", "defragdbFail", "return(\"told to\")"))
          .isEqualTo("204 ");
      Run.Result defrag = member.etcdctl("defrag");
      assertThat(defrag.exitCode()).isNotZero();
      assertThat(defrag.output() + defrag.error()).contains("told to");
      assertThat(talk(client, control, "DELETE", "defragdbFail", "")).isEqualTo("204 ");
      member.etcdctl("defrag").succeeded();

      member.etcdctl("put", "a", "1").succeeded();
      assertThat(talk(client, control, "PUT", "raftBeforeSave", "panic")).isEqualTo("204 ");
      assertThat(member.etcdctl("put", "a", "2").exitCode()).isNotZero();
      assertThat(member.awaitExit(Member.START_LIMIT)).isEqualTo(2);
      assertThat(member.log()).contains("panic: failpoint panic: raftBeforeSave\n");
      member.start(Kind.OURS);
      assertThat(member.etcdctl("get", "a", "--print-value-only").succeeded()).isEqualTo("1\n");
    }
  }

  private static String talk(
      HttpClient client, String control, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(URI.create("http://" + control + "/" + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    return response.statusCode() + " " + response.body();
  }
}
