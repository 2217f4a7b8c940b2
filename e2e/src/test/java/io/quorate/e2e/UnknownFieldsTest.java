package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the log holds of requests with fields that no etcd knows, with fields out of order, twice,
 * and with defaults (spec/api.md 1): the same bytes. etcd's own packages read both logs.
 */
class UnknownFieldsTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  @Test
  void theLogHoldsTheSameBytes() {
    Member original = Member.in(scratch.resolve("original"));
    List<String> wanted = logged(original, Kind.ORIGINAL);
    List<String> got = logged(original.another(scratch.resolve("ours")), Kind.OURS);
    assertThat(wanted).filteredOn(line -> line.endsWith(": OK ")).hasSize(wanted.size() / 2);
    assertThat(wanted).hasSizeGreaterThan(40);
    assertThat(got).containsExactlyElementsOf(wanted);
  }

  /** How each request ended, then what the log has of it. */
  private static List<String> logged(Member member, Kind kind) {
    try (Member running = member.start(kind)) {
      String ends = running.checker("unknowns").succeeded();
      running.stop();
      String log =
          Run.command(Programs.original("checker"), "logged", running.dataDir().toString())
              .run()
              .succeeded();
      return (ends + log).lines().toList();
    }
  }
}
