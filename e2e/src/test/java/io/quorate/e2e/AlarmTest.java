package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Directories that the original left with an alarm: what each kind of request is answered after a
 * restart, and after the alarm is disarmed, is in {@code expected.json} beside them.
 */
class AlarmTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  static Stream<Arguments> directories() {
    return Stream.of(Kind.values())
        .flatMap(kind ->
            Stream.of(
                Arguments.of(
                    kind,
                    "alarm-nospace-3.6",
                    "data",
                    "/restart_same_quota",
                    List.of("--quota-backend-bytes=1048576")),
                Arguments.of(
                    kind, "alarm-nospace-3.6", "data", "/restart_default_quota", List.of()),
                Arguments.of(kind, "alarm-corrupt", "single", "/single/after_restart", List.of())));
  }

  @ParameterizedTest
  @MethodSource("directories")
  void everyAnswerIsThatOfTheOriginal(
      Kind kind, String fixture, String archive, String answers, List<String> flags)
      throws IOException {
    Path folder = Programs.fixtures().resolve(fixture);
    JsonNode expected = new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
    JsonNode want = expected.at(answers);
    // Of the corrupt one the answers after disarming lie a level higher.
    JsonNode disarmed = want.has("disarm") ? want : expected.at("/single");
    try (Member member = Member.in(scratch, "m1").flags(flags.toArray(String[]::new))) {
      HandoverTest.unpack(folder.resolve(archive + ".tar.gz"), member);
      member.start(kind);
      assertThat(answer(member, "alarm", "list"))
          .isEqualTo(want.get("etcdctl alarm list").asText());
      assertThat(answer(member, "put", "a", "1")).isEqualTo(want.get("put").asText());
      assertThat(answer(member, "put", "a", "x".repeat(3_000)))
          .isEqualTo(want.get("put_3000_bytes").asText());
      assertThat(answer(member, "get", "a")).isEqualTo(want.get("range").asText());
      assertThat(answer(member, "get", "a", "--consistency=s"))
          .isEqualTo(want.get("range_serializable").asText());
      assertThat(answer(member, "del", "nothing")).isEqualTo(want.get("delete").asText());
      assertThat(txn(member, "ver(\"x\") = \"0\"\n\nput a 1\n\n\n"))
          .isEqualTo(want.get("txn_with_put").asText());
      assertThat(txn(member, "ver(\"x\") = \"0\"\n\nget a\n\nput a 1\n\n"))
          .isEqualTo(want.get("txn_with_put_in_failure_branch").asText());
      assertThat(txn(member, "ver(\"x\") = \"0\"\n\nget a\n\n\n"))
          .isEqualTo(want.get("txn_read_only").asText());
      assertThat(answer(member, "lease", "grant", "60"))
          .isEqualTo("failed to grant lease (" + want.get("lease_grant").asText() + ")");
      for (var http : want.properties()) {
        if (http.getKey().startsWith("GET ")) {
          assertThat(curl(member, http.getKey().substring(4)))
              .as(http.getKey())
              .isEqualTo(
                  http.getValue().get(0).asText() + " " + sorted(http.getValue().get(1).asText()));
        }
      }
      Run.Result health = member.etcdctl("endpoint", "health");
      assertThat(health.exitCode()).isEqualTo(1);
      assertThat(health.output() + health.error())
          .contains(
              "is unhealthy: failed to commit proposal: Active Alarm(s): ",
              "Error: unhealthy cluster");
      assertThat(answer(member, "compaction", "2")).isEqualTo(want.get("compact").asText());
      assertThat(answer(member, "endpoint", "hashkv")).isEqualTo(want.get("hashkv").asText());

      assertThat(answer(member, "alarm", "disarm")).isEqualTo(disarmed.get("disarm").asText());
      assertThat(answer(member, "put", "a", "1"))
          .isEqualTo(disarmed.get("put_after_disarm").asText());
      assertThat(answer(member, "alarm", "list"))
          .isEqualTo(disarmed.path("alarm_list_after_put").asText());
    }
  }

  /** "ok", the error's text, or what {@code alarm} lists. */
  private static String answer(Member member, String... command) {
    return answer(member.etcdctl(command), command[0].equals("alarm"));
  }

  private static String txn(Member member, String input) {
    return answer(member.etcdctl(Programs.original("etcdctl"), input, "txn"), false);
  }

  private static String answer(Run.Result result, boolean listed) {
    if (result.exitCode() == 0) {
      return listed ? result.output().strip() : "ok";
    }
    return result
        .error()
        .lines()
        .filter(line -> line.startsWith("Error: "))
        .map(line -> line.substring("Error: ".length()))
        .findFirst()
        .orElse(result.output() + result.error());
  }

  /** Status and body; the lines of a body sorted, since the original's come in any order. */
  private static String curl(Member member, String path) {
    Path curl = Programs.system("curl", "tests of HTTP endpoints");
    String answer =
        Run.command(curl, "-s", "--max-time", "60", "-w", "%{http_code}", member.endpoint() + path)
            .run()
            .output();
    int body = answer.length() - 3;
    return answer.substring(body) + " " + sorted(answer.substring(0, body));
  }

  private static String sorted(String text) {
    return text.lines().sorted().collect(Collectors.joining("\n"));
  }
}
