package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.embed.flag.LaterFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The parts of README that the code can check. */
class ReadmeTest {
  @Test
  void listsTheFlagsWhoseSubjectComesLater() throws IOException {
    String readme = Files.readString(Programs.ROOT.resolve("README.md"));
    List<String> listed =
        Pattern.compile("`--([a-z0-9-]+)`")
            .matcher(readme.substring(readme.indexOf("Flags whose")))
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(listed)
        .containsExactlyInAnyOrderElementsOf(
            new TreeSet<>(
                Stream.concat(
                        LaterFlags.REFUSED.keySet().stream(),
                        LaterFlags.WITHOUT_EFFECT.keySet().stream())
                    .toList()));
  }
}
