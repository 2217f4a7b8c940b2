package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Directories that 3.4, 3.5 and 3.6 left with auth on: every range, hash, lease, user and role of
 * their expected.json is found, and the original goes on with what was written after that. (3.6
 * does not take one of 3.7: {@link BadInputTest}.)
 */
class StoredDirectoriesTest {
  private static final String[] ROOT = {"-user", "root", "-password", "root-pw"};

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  static Stream<Arguments> owners() {
    return Stream.of("single-3.4", "single-3.5", "single-3.6")
        .flatMap(name -> Stream.of(Kind.values()).map(kind -> Arguments.of(name, kind)));
  }

  @ParameterizedTest
  @MethodSource("owners")
  void allIsFoundAndTheOriginalGoesOn(String fixture, Kind kind) {
    Path folder = Programs.fixtures().resolve(fixture);
    try (Member member =
        Member.in(scratch.resolve(fixture + kind)).flags("--quota-backend-bytes=33554432")) {
      HandoverTest.unpack(folder.resolve("data.tar.gz"), member);
      member.start(kind);
      member.checker("fixture", "-expected", folder.toString()).succeeded();
      asRoot(member, "put", "written/later", "1");
      asRoot(member, "put", "k/07", "2");
      asRoot(member, "del", "--prefix", "lease/");
      asRoot(member, "lease", "grant", "5000");
      asRoot(member, "role", "add", "late");
      asRoot(member, "user", "grant-role", "bob", "late");
      String before = member.checker("dump", ROOT).succeeded();
      String bob = asRoot(member, "user", "get", "bob");
      assertThat(bob).contains("late");
      member.stop();
      member.start(Kind.ORIGINAL);
      assertThat(member.checker("dump", ROOT).succeeded()).isEqualTo(before);
      assertThat(asRoot(member, "user", "get", "bob")).isEqualTo(bob);
      member.stop();
      assertThat(
              Run.command(Programs.original("bbolt"), "check", member.dbFile().toString())
                  .run()
                  .succeeded())
          .isEqualTo("OK\n");
    }
  }

  private static String asRoot(Member member, String... command) {
    List<String> all = Stream.concat(Stream.of("--user=root:root-pw"), Stream.of(command)).toList();
    return member.etcdctl(all.toArray(String[]::new)).succeeded();
  }
}
