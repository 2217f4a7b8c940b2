package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Three members under load, to which harm is done, or whose membership changes. What the clients
 * and watchers saw must be explained by one copy of the data, and in the end all members are equal.
 * {@code e2e/original/checker/cluster} does it all; its seed is printed.
 */
class FaultsTest {
  private static final boolean LONG = Boolean.getBoolean("long");
  private static final Duration LIMIT = Duration.ofMinutes(20);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  /** One mixture holds both kinds; the pure ones, the original's first, are for the long run. */
  static Stream<List<Kind>> compositions() {
    List<Kind> mixed = List.of(Kind.OURS, Kind.ORIGINAL, Kind.OURS);
    return LONG
        ? Stream.of(
            List.of(Kind.ORIGINAL, Kind.ORIGINAL, Kind.ORIGINAL),
            List.of(Kind.OURS, Kind.OURS, Kind.OURS),
            List.of(Kind.OURS, Kind.ORIGINAL, Kind.ORIGINAL),
            mixed)
        : Stream.of(mixed);
  }

  @ParameterizedTest
  @MethodSource("compositions")
  void oneCopyOfTheData(List<Kind> kinds) {
    System.out.println(
        checker("faults", kinds, "-duration=" + (LONG ? "180s" : "12s")).succeeded());
  }

  @ParameterizedTest
  @MethodSource("compositions")
  void membershipChanges(List<Kind> kinds) {
    String output = checker("steps", kinds, "-steps=" + (LONG ? 200 : 20)).succeeded();
    assertThat(output).contains(" 0 violations");
    System.out.println(output);
  }

  /**
   * Without a leader, through followers, of learners, and when an old leader returns. That the
   * original answers so is for the long run.
   */
  @TestFactory
  Stream<DynamicTest> rows() {
    return (LONG ? Stream.of(Kind.values()) : Stream.of(Kind.OURS))
        .flatMap(kind -> {
          Run.Result result =
              Run.command(
                      Programs.original("checker"),
                      "rows",
                      "-program=" + kind.etcd(),
                      "-dir=" + scratch.resolve(kind.name()))
                  .limit(LIMIT)
                  .run();
          return Verdicts.of(result, 45);
        });
  }

  private Run.Result checker(String command, List<Kind> kinds, String... arguments) {
    String programs =
        kinds.stream().map(kind -> kind.etcd().toString()).collect(Collectors.joining(","));
    List<String> all =
        Stream.concat(
                Stream.of(
                    Programs.original("checker").toString(),
                    command,
                    "-programs=" + programs,
                    "-dir=" + scratch),
                Stream.of(arguments))
            .toList();
    Run.Result result = Run.command(all).limit(LIMIT).run();
    if (result.exitCode() != 0) {
      System.out.println(result.output());
    }
    return result;
  }
}
