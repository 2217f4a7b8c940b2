package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which lines a single member writes, with which fields: at its first start, after a kill without
 * and with a raft snapshot, and with auth on. The same as the original's (spec/server.md 3.2, 9).
 */
class LogLinesTest {
  /** Whether these are written depends on the clock. */
  private static final List<String> OF_THE_CLOCK =
      List.of(
          "trace[",
          "request stats",
          "apply request took too long",
          "slow fdatasync",
          "cannot campaign at term");

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  @Test
  void everyStartWritesTheSameLines() throws IOException {
    Member original = Member.in(scratch.resolve("original"));
    Member ours = original.another(scratch.resolve("ours"));
    List<Set<String>> wanted = starts(original, Kind.ORIGINAL);
    List<Set<String>> got = starts(ours, Kind.OURS);
    for (int i = 0; i < wanted.size(); i++) {
      assertThat(got.get(i))
          .as("start " + (i + 1))
          .containsExactlyInAnyOrderElementsOf(wanted.get(i));
    }
  }

  private static List<Set<String>> starts(Member member, Kind kind) throws IOException {
    List<Set<String>> lines = new ArrayList<>();
    try (member) {
      member.start(kind);
      awaitLine(member, "updated storage version");
      etcdctl(member, "put a 1");
      // It commits the database: what the next start finds there is no chance.
      etcdctl(member, "defrag");
      member.kill();
      lines.add(lines(member));

      member.flags("--snapshot-count=5").start(kind);
      for (int i = 0; i < 6; i++) {
        etcdctl(member, "put a " + i);
      }
      awaitLine(member, "saved snapshot to disk");
      etcdctl(member, "compaction 4 --physical");
      awaitLine(member, "storing new hash");
      etcdctl(member, "defrag");
      etcdctl(member, "snapshot save " + member.dataDir() + ".backup");
      member.kill();
      lines.add(lines(member));

      member.flags("--snapshot-count=10000").start(kind);
      etcdctl(member, "user add root:r");
      etcdctl(member, "auth enable");
      member.stop();
      lines.add(lines(member));

      member.start(kind);
      etcdctl(member, "put a 9 --user root:r");
      assertThat(run(member, "put a 9 --user root:wrong").exitCode()).isNotZero();
      assertThat(run(member, "put a 9 --user nobody:r").exitCode()).isNotZero();
      etcdctl(member, "auth disable --user root:r");
      member.stop();
      lines.add(lines(member));
    }
    return lines;
  }

  private static void awaitLine(Member member, String words) {
    member.awaitLog(line -> line.contains(words), "the line '" + words + "'");
  }

  private static void etcdctl(Member member, String words) {
    run(member, words).succeeded();
  }

  private static Run.Result run(Member member, String words) {
    List<String> command = new ArrayList<>();
    command.add(Programs.original("etcdctl").toString());
    command.addAll(List.of(words.split(" ")));
    command.addAll(List.of("--command-timeout=60s", "--dial-timeout=60s"));
    return Run.command(command).with("ETCDCTL_ENDPOINTS", member.hostAndPort()).run();
  }

  /** Level, message and names of fields of every line of the latest start. */
  private static Set<String> lines(Member member) throws IOException {
    Set<String> lines = new TreeSet<>();
    String home = String.valueOf(member.dataDir().getParent());
    for (String line : member.log().lines().toList()) {
      if (!line.startsWith("{") || !line.endsWith("}")) {
        continue;
      }
      JsonNode record = JSON.readTree(line);
      String message = record.path("msg").asText();
      if (OF_THE_CLOCK.stream().anyMatch(message::contains)) {
        continue;
      }
      List<String> fields = new ArrayList<>();
      record.fieldNames().forEachRemaining(fields::add);
      fields.remove("ts");
      fields.remove("caller");
      String words =
          message.replace(home, "HOME").replaceAll("0x[0-9a-f]+|[0-9a-f]{8,}|[0-9]+", "N");
      lines.add(record.path("level").asText() + " " + words + " " + fields);
    }
    return lines;
  }
}
