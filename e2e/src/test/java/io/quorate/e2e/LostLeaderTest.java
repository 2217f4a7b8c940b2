package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a member says of its health when the other half of its cluster is gone, and with it the
 * leader: as the original says it (spec/server.md 3.3).
 */
class LostLeaderTest {
  private static final List<String> TARGETS =
      List.of(
          "/health",
          "/health?serializable=true",
          "/health?exclude=NOSPACE",
          "/livez?verbose",
          "/readyz/data_corruption?verbose",
          "/readyz/serializable_read",
          "/readyz/non_learner",
          "/readyz?verbose&exclude=linearizable_read",
          "/readyz?verbose");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  @Test
  void healthIsToldAsByTheOriginal() {
    Map<String, String> original = answers(Kind.ORIGINAL);
    Differences.none(original, answers(Kind.OURS));
    assertThat(original.get("/health")).contains("503", "raft no leader");
    assertThat(original.get("/readyz?verbose")).contains("[-]linearizable_read failed");
  }

  private Map<String, String> answers(Kind kind) {
    try (Founders cluster = Founders.in(scratch.resolve(kind.name()), List.of(kind, kind))) {
      cluster.start();
      Member left = cluster.get(0);
      assertThat(health(left)).contains("HTTP/1.1 200", "\"health\":\"true\"");
      cluster.get(1).kill();
      left.await(() -> health(left).contains("RAFT NO LEADER"));
      var answers = new LinkedHashMap<String, String>();
      for (String target : TARGETS) {
        answers.put(target, comparable(RawHttp.ask(left.clientPort(), "GET", target)));
      }
      String metrics = RawHttp.body(left.clientPort(), "/metrics");
      answers.put(
          "metrics",
          metrics
              .lines()
              .filter(line -> line.matches("etcd_server_(has_leader|is_leader|is_learner) .*"))
              .collect(Collectors.joining("\n")));
      return answers;
    }
  }

  private static String health(Member member) {
    return RawHttp.ask(member.clientPort(), "GET", "/health");
  }

  /** The lines but for the date; those of a check come in any order. */
  private static String comparable(String answer) {
    return answer
        .lines()
        .filter(line -> !line.startsWith("Date:"))
        .map(String::toLowerCase)
        .sorted()
        .collect(Collectors.joining("\n"));
  }
}
