package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is left of a cluster of three when two are lost for ever: {@code --force-new-cluster} on a
 * stored directory of the third (spec/peer.md 6.6). It serves alone, with the same ids and the same
 * data, and goes on under the other kind; a second forced start changes nothing more.
 */
class ForcedClusterTest {
  private static final Set<String> LINES =
      Set.of(
          "discarding uncommitted WAL entries",
          "forcing restart member",
          "restarting local member");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  /** Of e the log has a gap where it was sent a snapshot. */
  static Stream<String> names() {
    return Boolean.getBoolean("long") ? Stream.of("b", "d", "e") : Stream.of("e");
  }

  @ParameterizedTest
  @MethodSource("names")
  void oneOfThreeServesAlone(String name) throws IOException {
    Member first = Member.in(scratch.resolve("ORIGINAL"), name);
    Map<String, String> original = forced(first, name, Kind.ORIGINAL, Kind.OURS);
    Member second = first.another(scratch.resolve("OURS"));
    Differences.none(original, forced(second, name, Kind.OURS, Kind.ORIGINAL));
    assertThat(original.get("members").lines()).hasSize(1);
  }

  private static Map<String, String> forced(Member member, String name, Kind kind, Kind next)
      throws IOException {
    HandoverTest.unpack(
        Programs.fixtures().resolve("cluster3-3.6").resolve(name + ".tar.gz"), member);
    Path unpacked = member.dataDir().resolveSibling(name);
    if (Files.exists(unpacked)) {
      Files.move(unpacked, member.dataDir());
    }
    var found = new LinkedHashMap<String, String>();
    try (member) {
      member.launch(kind.etcd(), List.of("--force-new-cluster"));
      member.awaitReady();
      found.put("forced", member.dump());
      found.put("members", members(member));
      found.put(
          "lines", LogLines.of(member.log(), LINES).stream().collect(Collectors.joining("\n")));
      member.etcdctl("put", "after", "forced").succeeded();
      member.stop();

      member.start(next);
      found.put("under the other kind", member.dump());
      assertThat(member.etcdctl("get", "after", "--print-value-only").succeeded())
          .isEqualTo("forced\n");
      member.kill();

      member.launch(kind.etcd(), List.of("--force-new-cluster"));
      member.awaitReady();
      found.put("forced again", member.dump());
      found.put("members then", members(member));
    }
    return found;
  }

  private static String members(Member member) {
    return member.etcdctl("member", "list").succeeded();
  }
}
