package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code etcdctl check perf} and {@code check datascale} (spec/ctl.md 8.2, 8.3), each etcdctl on a
 * member of its kind: what they print but for the numbers, how they end, and what they leave. What
 * they refuse stands in {@code e2e/etcdctl/cluster.table}.
 */
class CheckTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Pattern BAR =
      Pattern.compile("(\\d+) / (\\d+) \\[(-*>?_*)\\] (\\d+\\.\\d\\d)% (\\d+|\\?) p/s");
  private static final int COLUMNS = 100;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  static Path scratch;

  private static Member original;
  private static Member ours;

  @BeforeAll
  static void start() {
    original = Member.in(scratch.resolve("original")).flags("--unsafe-no-fsync");
    ours = Member.in(scratch.resolve("ours")).flags("--unsafe-no-fsync");
    original.start(Kind.ORIGINAL);
    ours.start(Kind.OURS);
  }

  @AfterAll
  static void stop() {
    original.close();
    ours.close();
  }

  private static Member member(Kind kind) {
    return kind == Kind.ORIGINAL ? original : ours;
  }

  private static Run check(Kind kind, String... words) {
    List<String> command = new ArrayList<>();
    // A shell that starts the tests in its background has its children ignore SIGINT.
    command.addAll(List.of("env", "--default-signal=INT"));
    command.addAll(
        List.of(kind.etcdctl().toString(), "--endpoints=" + member(kind).hostAndPort(), "check"));
    command.addAll(List.of(words));
    return Run.command(command).limit(PATIENCE);
  }

  /** Ends it by SIGINT as soon as its bar has moved. */
  private static Run.Result interrupted(Kind kind, String... words) {
    Path out = scratch.resolve(kind + ".out");
    Path err = scratch.resolve(kind + ".err");
    try {
      Process process = check(kind, words).background(out, err);
      try {
        member(kind).await(() -> text(err).matches("(?s)(.*[s\r])?[1-9]\\d* / .*"));
        Run.command(Path.of("/bin/sh"), "-c", "kill -INT " + process.pid()).run();
        int exitCode = process.waitFor();
        return new Run.Result(exitCode, text(out), text(err));
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without the numbers; what a busy machine decides is said in one way. */
  private static String form(String report) {
    return report
        .replaceAll("(PASS: Throughput is|FAIL: Throughput too low:) \\d+ ", "Throughput N ")
        .replaceAll("(PASS: Slowest request took|Slowest request took too long:) ", "Slowest ")
        .replaceAll("(PASS: Stddev is|Stddev too high:) ", "Stddev ")
        .replaceAll("-?\\d+\\.\\d{6}s", "N.NNNNNNs")
        .replaceAll(": -?\\d+\\.\\d\\d MB", ": N.NN MB")
        .replaceAll("revision \\d+", "revision N")
        .replaceAll("\"127.0.0.1:\\d+\"", "\"ENDPOINT\"")
        .replaceFirst("(PASS|FAIL)\n$", "VERDICT\n");
  }

  /** As {@link #drawn}; where it must have come {@code toTheEnd}, or must not. */
  private static void assertBar(String drawn, boolean toTheEnd) {
    assertThat(drawn(drawn) == 1).as(drawn).isEqualTo(toTheEnd);
  }

  /**
   * Each drawing fills the line, and says the same by its length as by its numbers.
   *
   * @return the share that the last one says
   */
  private static double drawn(String drawn) {
    Matcher bar = BAR.matcher(drawn);
    int end = 0;
    double share = 0;
    while (bar.find()) {
      assertThat(bar.start()).as(drawn).isEqualTo(end);
      end = bar.end();
      assertThat(bar.group()).hasSize(COLUMNS);
      share = Double.parseDouble(bar.group(1)) / Double.parseDouble(bar.group(2));
      assertThat(bar.group(4)).isEqualTo(String.format("%.2f", 100 * share));
      int room = bar.group(3).length();
      String full = bar.group(3).replace("_", "");
      assertThat((double) full.length())
          .as(bar.group())
          .isBetween(room * share - 1e-9, room * share + 1 + 1e-9);
      assertThat(full).as(bar.group()).matches(share == 1 ? "-+" : "(-*>)?");
    }
    assertThat(drawn).hasSize(end);
    return share;
  }

  private static String keys(Kind kind, String prefix) {
    return member(kind).etcdctl("get", "--prefix", "--keys-only", prefix).succeeded();
  }

  /** The history is gone before the revision that the report names, which follows the last key. */
  private static void assertCompacted(Kind kind, String report) {
    Matcher revision =
        Pattern.compile("Compacting with revision (\\d+)\nCompacted with revision \\1\n")
            .matcher(report);
    assertThat(revision.find()).as(report).isTrue();
    long last = Long.parseLong(revision.group(1));
    assertThat(member(kind).etcdctl("get", "none", "--rev=" + (last - 1)).error())
        .contains("required revision has been compacted");
    member(kind).etcdctl("get", "none", "--rev=" + last).succeeded();
  }

  @Test
  void datascale() {
    String[] words = {"datascale", "--load=small", "--auto-compact", "--auto-defrag"};
    Run.Result wanted = check(Kind.ORIGINAL, words).run();
    Run.Result result = check(Kind.OURS, words).run();
    assertThat(form(result.output()))
        .isEqualTo(form(wanted.output()))
        .contains("Defragmented \"ENDPOINT\"\nPASS: Approximate system memory used : N.NN MB.\n");
    assertThat(result.exitCode()).isEqualTo(wanted.exitCode()).isZero();
    for (Kind kind : Kind.values()) {
      Run.Result one = kind == Kind.ORIGINAL ? wanted : result;
      assertBar(one.error(), true);
      assertCompacted(kind, one.output());
      assertThat(keys(kind, "/etcdctl-check-datascale/")).isEmpty();
    }
  }

  /** It dies of the signal, and leaves its keys, which the next one will not touch. */
  @Test
  void datascaleInterrupted() {
    String[] words = {"datascale", "--prefix=left/"};
    Run.Result wanted = interrupted(Kind.ORIGINAL, words);
    Run.Result result = interrupted(Kind.OURS, words);
    assertThat(result.output()).isEqualTo(wanted.output()).startsWith("Start data scale check");
    assertThat(result.exitCode()).isEqualTo(wanted.exitCode()).isEqualTo(130);
    for (Kind kind : Kind.values()) {
      assertThat(keys(kind, "left/")).isNotEmpty();
    }
    Run.Result again = check(Kind.ORIGINAL, words).run();
    assertThat(check(Kind.OURS, words).run()).isEqualTo(again);
    assertThat(again.exitCode()).isEqualTo(3);
  }

  static List<String> loads() {
    return Boolean.getBoolean("long") ? List.of("small", "m", "large", "xl") : List.of("small");
  }

  @ParameterizedTest
  @MethodSource("loads")
  void perfInterrupted(String load) {
    String[] words = {"perf", "--load", load, "--auto-compact", "--auto-defrag"};
    var wanted = CompletableFuture.supplyAsync(() -> interrupted(Kind.ORIGINAL, words));
    Run.Result result = interrupted(Kind.OURS, words);
    assertPerf(wanted.join(), result, false);
  }

  /** It takes a minute: for the long run. */
  @TestFactory
  Stream<DynamicTest> perf() {
    return Boolean.getBoolean("long")
        ? Stream.of(DynamicTest.dynamicTest("to its end", CheckTest::perfToItsEnd))
        : Stream.empty();
  }

  private static void perfToItsEnd() {
    var wanted = CompletableFuture.supplyAsync(() -> check(Kind.ORIGINAL, "perf").run());
    Run.Result result = check(Kind.OURS, "perf").run();
    assertPerf(wanted.join(), result, true);
  }

  private static void assertPerf(Run.Result wanted, Run.Result result, boolean toTheEnd) {
    assertThat(form(result.output()))
        .isEqualTo(form(wanted.output()))
        .endsWith("Throughput N writes/s\nSlowest N.NNNNNNs\nStddev N.NNNNNNs\nVERDICT\n");
    for (Kind kind : Kind.values()) {
      Run.Result one = kind == Kind.ORIGINAL ? wanted : result;
      assertThat(one.exitCode()).as(one.output()).isEqualTo(verdict(one.output()));
      if (toTheEnd && kind == Kind.ORIGINAL) {
        // Its bar has a clock of its own, which may be late.
        assertThat(drawn(one.error())).isGreaterThan(0.9);
      } else {
        assertBar(one.error(), toTheEnd);
      }
      if (!toTheEnd) {
        assertCompacted(kind, one.output());
      }
      assertThat(keys(kind, "/etcdctl-check-perf/")).isEmpty();
    }
  }

  /** The exit code that goes with a report. */
  private static int verdict(String report) {
    boolean good = report.lines().filter(line -> line.startsWith("PASS: ")).count() == 3;
    assertThat(report).endsWith(good ? "\nPASS\n" : "\nFAIL\n");
    return good ? 0 : 1;
  }
}
