package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a server starts, talks and ends, as an init system sees it. */
class LifecycleTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  @ParameterizedTest
  @EnumSource(Kind.class)
  void everyLineIsAnEtcdLogLine(Kind kind) throws IOException {
    try (Member member = Member.in(scratch).start(kind)) {
      member.etcdctl("put", "a", "1").succeeded();
      assertThat(member.stop()).as("exit code, 128 + SIGTERM").isEqualTo(143);
      for (String line : member.log().lines().toList()) {
        JsonNode json = new ObjectMapper().readTree(line);
        assertThat(json.path("level").asText()).as(line).isIn("debug", "info", "warn", "error");
        assertThat(json.path("ts").asText())
            .as(line)
            .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}(Z|[+-]\\d{4})");
        assertThat(json.path("caller").asText())
            .as(line)
            .matches("[^ ]+/[A-Za-z_]+\\.(go|java):\\d+");
        assertThat(json.has("msg")).as(line).isTrue();
      }
      assertThat(member.log())
          .contains("\"msg\":\"received signal; shutting down\"", "\"msg\":\"closed etcd server\"");
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void version(Kind kind) {
    assertThat(Run.command(kind.etcd(), "--version").run().succeeded())
        .startsWith("etcd Version: 3.6.14\n")
        .contains("\nGit SHA: ", "\nGo Version: ", "\nGo OS/Arch: ");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void keepsItsStateOverOrderlyRestarts(Kind kind) {
    try (Member member = Member.in(scratch).flags("--snapshot-count=50").start(kind)) {
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 5; i++) {
          member.etcdctl("put", "k" + i, "round " + round).succeeded();
        }
        member.etcdctl("lease", "grant", "6000").succeeded();
        member.checker("load", "-clients=8", "-total=200", "-key-space=50").succeeded();
        String before = member.dump();
        member.stop();
        member.start(kind);
        assertThat(member.dump()).isEqualTo(before);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void stopsAndContinuesOnSignals(Kind kind) throws IOException, InterruptedException {
    try (Member member = Member.in(scratch).start(kind)) {
      signal(member, "STOP");
      Thread.sleep(1500);
      signal(member, "CONT");
      member.etcdctl("put", "a", "1").succeeded();
      signal(member, "INT");
      assertThat(member.awaitExit(Member.START_LIMIT)).as("exit code, 128 + SIGINT").isEqualTo(130);
    }
  }

  private static void signal(Member member, String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(member.pid()))
        .start()
        .waitFor(5, TimeUnit.SECONDS);
  }
}
