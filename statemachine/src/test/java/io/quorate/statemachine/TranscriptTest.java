package io.quorate.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What requests mean, as transcripts in {@code src/test/resources/transcripts}: each line {@code >
 * command} is applied, the line after it is the answer. With {@code -Dregenerate=true} the answers
 * are written anew, and the difference is to be judged.
 */
final class TranscriptTest {
  private static final Path FOLDER = Path.of("src/test/resources/transcripts");

  static List<Path> transcripts() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void transcript(Path file) throws IOException {
    List<String> expected = Files.readAllLines(file);
    List<String> actual = new ArrayList<>();
    Commands commands = new Commands(new Machine());
    boolean answer = false;
    for (String line : expected) {
      if (line.startsWith("> ")) {
        actual.add(line);
        actual.add(commands.run(line.substring(2)));
        answer = true;
      } else if (line.isEmpty() || line.startsWith("#")) {
        actual.add(line);
        answer = false;
      } else if (!answer) {
        throw new AssertionError(file + ": answer without a command: " + line);
      }
    }
    commands.machine().close();
    if (Boolean.getBoolean("regenerate")) {
      Files.write(file, actual);
    } else {
      assertThat(actual).isEqualTo(expected);
    }
  }
}
