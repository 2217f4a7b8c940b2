package io.quorate.raft.transcript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Regenerates etcd's own transcripts, and ours, and compares every byte, log lines included. {@code
 * -Dtranscripts.rewrite=true} writes ours anew; the diff is then to be judged.
 */
class TranscriptsTest {
  private static final Path OURS = Path.of("src/test/resources/transcripts");

  @TempDir Path copies;

  @TestFactory
  Stream<DynamicTest> etcdsOwn() {
    Path shared = shared().resolve("raft-testdata");
    if (!Files.isDirectory(shared)) {
      String line = "etcd's transcripts are not here (" + shared + "): set QUORATE_SHARED";
      if (System.getenv("QUORATE_SHARED") != null || "true".equals(System.getenv("CI"))) {
        fail(line);
      }
      System.out.println(line);
      assumeTrue(false, line);
    }
    return transcripts(shared).stream()
        .map(file -> DynamicTest.dynamicTest(name(shared, file), () -> replay(shared, file)));
  }

  @Test
  void thereAre41() {
    Path shared = shared().resolve("raft-testdata");
    assumeTrue(Files.isDirectory(shared));
    assertThat(transcripts(shared)).hasSize(41);
  }

  @TestFactory
  Stream<DynamicTest> ours() {
    return transcripts(OURS).stream()
        .map(file ->
            DynamicTest.dynamicTest(
                name(OURS, file),
                () -> {
                  if (Boolean.getBoolean("transcripts.rewrite")) {
                    Files.writeString(file, regenerated(file));
                  }
                  replay(OURS, file);
                }));
  }

  private void replay(Path root, Path file) throws IOException {
    Path copy = copies.resolve(root.relativize(file).toString().replace('/', '-'));
    Files.writeString(copy, regenerated(file));
    if (Files.mismatch(file, copy) != -1) {
      // Shows the difference; the bytes have decided.
      assertThat(Files.readString(copy)).isEqualTo(Files.readString(file));
      fail("differs in encoding only: " + file);
    }
  }

  private static String regenerated(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    return Transcript.regenerate(text, language(file).get());
  }

  private static Supplier<Function<Directive, String>> language(Path file) {
    return switch (file.getParent().getFileName().toString()) {
      case "quorum" -> () -> new QuorumTranscript()::handle;
      case "confchange" -> () -> new ConfChangeTranscript()::handle;
      case "interaction" -> () -> new InteractionTranscript()::handle;
      default -> throw new IllegalArgumentException("no language for " + file);
    };
  }

  private static List<Path> transcripts(Path root) {
    try (Stream<Path> files = Files.walk(root)) {
      return new ArrayList<>(files.filter(f -> f.toString().endsWith(".txt")).sorted().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(Path root, Path file) {
    return root.relativize(file).toString();
  }

  private static Path shared() {
    String named = System.getenv("QUORATE_SHARED");
    return named != null
        ? Path.of(named)
        : Path.of(System.getProperty("quorate.root", "..")).resolve("../shared").normalize();
  }
}
