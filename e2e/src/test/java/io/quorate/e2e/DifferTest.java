package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One random stream of requests to the original and to ours, in step: every answer, status, error
 * text and watch event must be the same, across a restart (original/checker/differ). What a
 * difference prints replays it.
 */
class DifferTest {
  private static final boolean LONG = Boolean.getBoolean("long");
  private static final int REQUESTS = LONG ? 20_000 : 1_500;
  private static final long FIXED_SEED = 20261130;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  /** New seeds are for the long run: the short one must fail for what was changed only. */
  static Stream<Arguments> runs() {
    long random = 1 + System.nanoTime() % 1_000_000_000;
    return LongStream.of(FIXED_SEED, random).limit(LONG ? 2 : 1).mapToObj(Arguments::of);
  }

  /** Proves the test: what it reports later is not chance. */
  @Test
  void theOriginalAgreesWithItself() {
    compare(Kind.ORIGINAL, FIXED_SEED, 300);
  }

  @ParameterizedTest
  @MethodSource("runs")
  void oursAgreesWithTheOriginal(long seed) {
    String verdict = compare(Kind.OURS, seed, REQUESTS);
    System.out.println(verdict.lines().toList().getLast());
  }

  /** Users, roles, rights and tokens among them (spec/api.md 12). */
  @Test
  void withAuth() {
    compare(Kind.OURS, FIXED_SEED, REQUESTS / 3, "-auth");
  }

  /** The limits of spec/api.md 15, where they are soon reached. */
  @Test
  void underNarrowLimits() {
    compare(Kind.OURS, FIXED_SEED, REQUESTS / 3, "-max-request-bytes=9000", "-max-txn-ops=4");
  }

  private String compare(Kind kind, long seed, int requests, String... more) {
    List<String> command =
        List.of(
            Programs.original("checker").toString(),
            "differ",
            "-original=" + Kind.ORIGINAL.etcd(),
            "-other=" + kind.etcd(),
            "-seed=" + seed,
            "-requests=" + requests,
            "-dir=" + scratch.resolve("differ"));
    Run.Result result =
        Run.command(Stream.concat(command.stream(), Stream.of(more)).toList())
            .limit(Duration.ofMinutes(LONG ? 60 : 10))
            .run();
    assertThat(result.exitCode()).as(result.output() + result.error()).isZero();
    assertThat(result.output()).contains("no difference in " + requests + " requests");
    return result.output();
  }
}
