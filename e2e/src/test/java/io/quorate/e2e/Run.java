package io.quorate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One run of a program to its end, with a limit in time; its environment is empty but for PATH. */
final class Run {
  private final List<String> command;
  private final Map<String, String> environment = new TreeMap<>();
  private boolean inherit;
  private Path folder = Path.of("").toAbsolutePath();
  private Duration limit = Duration.ofMinutes(2);
  private String input = "";

  private Run(List<String> command) {
    this.command = command;
  }

  /** What came of it; {@code output} is stdout and stderr as they came. */
  record Result(int exitCode, String output, String error) {
    /** The output, after demanding that the program ended well. */
    String succeeded() {
      if (exitCode != 0) {
        throw new AssertionError("exit code " + exitCode + "\n" + output + error);
      }
      return output;
    }

    List<String> lines() {
      return output.lines().toList();
    }
  }

  static Run command(List<String> command) {
    return new Run(command);
  }

  static Run command(Path program, String... arguments) {
    return new Run(Stream.concat(Stream.of(program.toString()), Stream.of(arguments)).toList());
  }

  Run with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Run inheritEnvironment() {
    inherit = true;
    return this;
  }

  /** Runs it in {@code folder} instead of ours. */
  Run in(Path folder) {
    this.folder = folder;
    return this;
  }

  Run limit(Duration limit) {
    this.limit = limit;
    return this;
  }

  Run input(String input) {
    this.input = input;
    return this;
  }

  /** Fails if the program has not ended within the limit. */
  Result run() {
    try {
      Path out = Files.createTempFile("run", ".out");
      Path err = Files.createTempFile("run", ".err");
      Path in = Files.writeString(Files.createTempFile("run", ".in"), input);
      try {
        Process process = start(out, err, in);
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly().waitFor();
          throw new AssertionError(
              command + " did not end within " + limit + "\n" + text(out) + text(err));
        }
        return new Result(process.exitValue(), text(out), text(err));
      } finally {
        Files.delete(out);
        Files.delete(err);
        Files.delete(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Starts it and returns at once; its output goes to the file. */
  Process background(Path output) throws IOException {
    return start(output, output, Path.of("/dev/null"));
  }

  /** The same with a file for each of the two. */
  Process background(Path output, Path error) throws IOException {
    return start(output, error, Path.of("/dev/null"));
  }

  private Process start(Path out, Path err, Path in) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectInput(in.toFile());
    builder.redirectOutput(out.toFile());
    if (err.equals(out)) {
      builder.redirectErrorStream(true);
    } else {
      builder.redirectError(err.toFile());
    }
    if (!inherit) {
      builder.environment().keySet().retainAll(List.of("PATH"));
    }
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
