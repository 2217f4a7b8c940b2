package io.quorate.etcdctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** spec/ctl.md 4.6, 6.1: the commands behind {@code --}. */
class ChildCommandTest {
  private static String whyNotStarted(String... words) {
    ChildCommand command = new ChildCommand(List.of(words));
    return catchThrowableOfType(IOException.class, () -> command.start(command.builder()))
        .getMessage();
  }

  @Test
  void saysWhyItCannotBeStarted(@TempDir Path folder) throws IOException {
    Path text = Files.createFile(folder.resolve("text (1)"));
    assertThat(whyNotStarted(text.toString()))
        .isEqualTo("fork/exec " + text + ": permission denied");
    assertThat(whyNotStarted(folder + "/none"))
        .isEqualTo("fork/exec " + folder + "/none: no such file or directory");
    assertThat(whyNotStarted("no-such-program"))
        .isEqualTo("exec: \"no-such-program\": executable file not found in $PATH");
    assertThat(whyNotStarted("")).isEqualTo("exec: no command");
    assertThat(whyNotStarted("/")).isEqualTo("exec: \"/\": is a directory");
    assertThat(whyNotStarted("/bin/true", "x".repeat(200_000)))
        .isEqualTo("fork/exec /bin/true: argument list too long");
    assertThat(whyNotStarted("true", "x".repeat(200_000)))
        .matches("fork/exec /.*/true: argument list too long");
  }

  @Test
  void isNoScriptWithoutInterpreter(@TempDir Path folder) throws IOException {
    assumeThat(new File("/proc/sys/fs/binfmt_misc/status")).doesNotExist();
    Path script = Files.writeString(folder.resolve("script"), "exit 0");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    assertThat(whyNotStarted(script.toString()))
        .isEqualTo("fork/exec " + script + ": exec format error");
  }

  @Test
  void seesTheEnvironmentAsItWasBeforeTheLauncher() {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "LC_ALL", "C.UTF-8",
                "QUORATE_CALLER_CLASSPATH", "/x",
                "QUORATE_CALLER__JAVA_OPTIONS", "",
                "HOME", "/root"));
    ChildCommand.restore(environment);
    assertThat(environment)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("CLASSPATH", "/x", "_JAVA_OPTIONS", "", "HOME", "/root"));
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("QUORATE_CALLER_LC_ALL", "de_DE");
    ChildCommand.restore(environment);
    assertThat(environment).containsEntry("LC_ALL", "de_DE").hasSize(2);
  }
}
