package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A data directory changes owners, and nobody can tell: the same keys at three revisions, hashes,
 * leases, members and alarms before and after, and a file that bbolt finds whole.
 */
class HandoverTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  static Stream<Arguments> ways() {
    return Stream.of(Kind.values())
        .flatMap(first -> Stream.of(Kind.values()).map(second -> Arguments.of(first, second)));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void stoppedThereAndBack(Kind first, Kind second) throws IOException {
    try (Member member = member()) {
      member.start(first);
      work(member, 1);
      member.stop();
      checkFiles(member, 3);
      for (Kind next : List.of(second, first, second)) {
        String before = startedBy(next == first ? second : first, member);
        member.start(next);
        assertThat(member.dump()).isEqualTo(before);
        work(member, 2);
        member.stop();
        checkFiles(member, 3);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void killedThereAndBack(Kind first, Kind second) throws IOException {
    try (Member member = member()) {
      for (int round = 0; round < 2; round++) {
        for (Kind next : List.of(first, second)) {
          member.start(next);
          work(member, round);
          String before = member.dump();
          member.kill();
          member.start(next == first ? second : first);
          assertThat(member.dump()).isEqualTo(before);
          member.kill();
        }
      }
      member.start(first);
      member.stop();
      checkFiles(member, 1);
    }
  }

  /** Left by the original in the middle of its work; every reader must recover the same state. */
  @ParameterizedTest
  @CsvSource({"killed-3.6", "killed-default-3.6", "killed-compacting-3.6", "lease-checkpoint-3.6"})
  void storedDirectories(String fixture) throws IOException {
    Path archive = Programs.fixtures().resolve(fixture).resolve("data.tar.gz");
    String name = field(Programs.fixtures().resolve(fixture).resolve("expected.json"), "name");
    String want = "";
    for (Kind kind : Kind.values()) {
      try (Member member = Member.in(scratch.resolve(fixture + "-" + kind), name)) {
        unpack(archive, member);
        member.start(kind);
        String found = member.dump();
        want = want.isEmpty() ? found : want;
        assertThat(found).isEqualTo(want);
        member.stop();
        checkFiles(member, 0);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void fromThePreviousRelease(Kind kind) throws IOException {
    try (Member member = Member.in(scratch).flags("--snapshot-count=100")) {
      member.start(Programs.original35("etcd"));
      work(member, 1);
      String before = member.dump();
      member.stop();
      member.start(kind);
      assertThat(member.dump()).isEqualTo(before);
      work(member, 2);
      member.stop();
      checkFiles(member, 1);
    }
  }

  private Member member() {
    return Member.in(scratch).flags("--snapshot-count=100", "--snapshot-catchup-entries=50");
  }

  /** The state that one kind finds in the directory. */
  private static String startedBy(Kind kind, Member member) {
    member.start(kind);
    String found = member.dump();
    member.stop();
    return found;
  }

  /** Changes of every sort: enough for several snapshots, and a compaction between. */
  private static void work(Member member, int salt) {
    member
        .checker("load", "-clients=8", "-total=400", "-key-space=100", "-seed=" + salt)
        .succeeded();
    for (int i = 0; i < 3; i++) {
      String lease =
          member.etcdctl("lease", "grant", Integer.toString(6000 + i)).succeeded().split(" ")[1];
      member.etcdctl("put", "leased/" + salt + "/" + i, "x", "--lease=" + lease).succeeded();
    }
    member.etcdctl("del", "--prefix", "leased/0").succeeded();
    String fields = member.etcdctl("get", "none", "--write-out=fields").succeeded();
    long revision =
        fields
            .lines()
            .filter(l -> l.startsWith("\"Revision\""))
            .mapToLong(l -> Long.parseLong(l.split(" : ")[1]))
            .sum();
    member.etcdctl("compaction", Long.toString(revision - 150)).succeeded();
    member
        .checker("load", "-clients=8", "-total=100", "-key-space=100", "-value-size=3000")
        .succeeded();
  }

  /**
   * What bbolt and etcd's own readers of log and snapshots say about the files of a stopped member.
   */
  private static void checkFiles(Member member, int snapshots) throws IOException {
    assertThat(
            Run.command(Programs.original("bbolt"), "check", member.dbFile().toString())
                .run()
                .succeeded())
        .isEqualTo("OK\n");
    Run.command(Programs.original("checker"), "boltcheck", member.dbFile().toString())
        .run()
        .succeeded();
    assertThat(
            Run.command(Programs.original("checker"), "walread", member.dataDir().toString())
                .run()
                .succeeded())
        .doesNotContain("unreadable");
    try (Stream<Path> files = Files.list(member.dataDir().resolve("member/snap"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".snap")))
          .as(".snap files")
          .hasSizeGreaterThanOrEqualTo(snapshots);
    }
  }

  static void unpack(Path archive, Member member) {
    try {
      Path home = member.dataDir().getParent();
      Files.createDirectories(home);
      Run.command(List.of("tar", "-xzf", archive.toString(), "-C", home.toString()))
          .run()
          .succeeded();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String field(Path json, String name) throws IOException {
    return new com.fasterxml.jackson.databind.ObjectMapper()
        .readTree(json.toFile())
        .path(name)
        .asText();
  }
}
