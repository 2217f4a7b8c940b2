package io.quorate.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Where the programs are that tests start, built at their first use in a test run. What this
 * machine lacks ends the test that asks: as skipped, with one line that says why, or as failed
 * where the environment says {@code CI=true}.
 */
final class Programs {
  static final Path ROOT = Path.of(System.getProperty("quorate.root", "..")).toAbsolutePath();
  private static final Path E2E = ROOT.resolve("e2e");
  private static final Path TARGET = E2E.resolve("target");
  private static final Duration BUILD_LIMIT = Duration.ofMinutes(15);

  private Programs() {}

  /**
   * A program of the original etcd 3.6.14 (etcd, etcdctl, etcdutl), bbolt, or our checker in Go.
   */
  static Path original(String name) {
    return Original36.FOLDER.resolve(name);
  }

  /** etcd or etcdutl of the original 3.5.33. */
  static Path original35(String name) {
    return Original35.FOLDER.resolve(name);
  }

  /** A program of the distribution under test. */
  static Path ours(String name) {
    Path program = ROOT.resolve("dist/target/quorate/bin").resolve(name);
    if (!Files.isExecutable(program)) {
      Assertions.fail(program + " is not built: run ./etcd --version, or ./test");
    }
    return program;
  }

  /** A Python with grpcio and the stubs generated from our .proto files. */
  static Path python() {
    return Python.FOLDER.resolve("bin/python");
  }

  static Path pythonStubs() {
    return Python.FOLDER.resolve("stubs");
  }

  /** A program that the system may have. */
  static Path system(String name, String use) {
    for (String folder : System.getenv().getOrDefault("PATH", "/usr/bin").split(":")) {
      Path program = Path.of(folder, name);
      if (Files.isExecutable(program)) {
        return program;
      }
    }
    throw absent("no " + name + " on the path: " + use + " skipped");
  }

  /** The folder of fixtures written by the original; see ROOT/../shared/fixtures/README.md. */
  static Path fixtures() {
    String shared = System.getenv("QUORATE_SHARED");
    Path folder = shared == null ? ROOT.resolve("../shared") : Path.of(shared);
    if (Files.isDirectory(folder.resolve("fixtures"))) {
      return folder.resolve("fixtures").normalize();
    }
    if (shared != null) {
      throw Assertions.<RuntimeException>fail("QUORATE_SHARED has no fixtures: " + folder);
    }
    throw absent("no folder " + folder.normalize() + ": checks on stored fixtures skipped");
  }

  static RuntimeException absent(String line) {
    if ("true".equals(System.getenv("CI"))) {
      throw Assertions.<RuntimeException>fail(line + "; with CI=true this is an error");
    }
    System.err.println("e2e: " + line);
    return Assumptions.abort(line);
  }

  private static Path build(String what, String missing, List<String> command, Path folder) {
    Run.Result result = Run.command(command).limit(BUILD_LIMIT).inheritEnvironment().run();
    if (result.exitCode() == 3) {
      throw absent(missing);
    }
    if (result.exitCode() != 0) {
      Assertions.fail("building " + what + " failed:\n" + result.output());
    }
    return folder;
  }

  private static final class Original36 {
    static final Path FOLDER =
        build(
            "the original's programs",
            "no Go found: tests beside the original etcd are skipped",
            List.of(
                E2E.resolve("original/build").toString(), TARGET.resolve("original").toString()),
            TARGET.resolve("original"));
  }

  private static final class Original35 {
    static final Path FOLDER =
        build(
            "the original's programs of 3.5",
            "no Go found: tests beside the original etcd are skipped",
            List.of(
                E2E.resolve("original/build").toString(),
                TARGET.resolve("original-3.5").toString(),
                "3.5"),
            TARGET.resolve("original-3.5"));
  }

  private static final class Python {
    static final Path FOLDER =
        build(
            "the Python environment",
            "no Python with venv found: tests with its grpcio are skipped",
            List.of(
                E2E.resolve("python/build").toString(),
                TARGET.resolve("python").toString(),
                ROOT.resolve("api/src/main/proto").toString()),
            TARGET.resolve("python"));
  }
}
