package io.quorate.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.FlagException;
import io.quorate.cli.FlagSet;
import io.quorate.embed.flag.ServerFlags;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the data directory says before anything is opened; the lines are etcd's. */
class ArgumentsTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private void read(Path dataDir) throws Arguments.Ended, FlagException, FlagSet.HelpRequested {
    var flags = new ServerFlags();
    flags.set().parse(List.of("--data-dir", dataDir.toString()));
    var err = new PrintStream(said, true, StandardCharsets.UTF_8);
    new Arguments(List.of("etcd"), err, err).read(flags, Map.of());
  }

  private String text() {
    return said.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aFileInPlaceOfTheDirectoryEndsTheStart() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> read(file))
        .isInstanceOfSatisfying(
            Arguments.Ended.class, ended -> assertThat(ended.exitCode()).isEqualTo(1));
    assertThat(text())
        .contains(
            "\"msg\":\"failed to list data directory\",\"dir\":\"%s\",\"error\":\"readdirent %s: not a directory\""
                .formatted(file, file));
  }

  @Test
  void aProxyOfEtcd2EndsTheStart() throws IOException {
    Files.createDirectory(folder.resolve("proxy"));
    assertThatThrownBy(() -> read(folder))
        .isInstanceOfSatisfying(
            Arguments.Ended.class, ended -> assertThat(ended.exitCode()).isEqualTo(2));
    assertThat(text())
        .contains("server has already been initialized")
        .contains("v2 http proxy has already been deprecated in 3.6\",\"dir-type\":\"proxy\"");
  }

  @Test
  void whatDoesNotBelongThereIsNamedFirst() throws Exception {
    Files.createFile(folder.resolve("lost+found"));
    Files.createDirectory(folder.resolve("member"));
    read(folder);
    assertThat(text())
        .containsSubsequence(
            "\"Running: \"",
            "found invalid file under data directory\",\"filename\":\"lost+found\"",
            "server has already been initialized",
            "\"dir-type\":\"member\"");
  }
}
