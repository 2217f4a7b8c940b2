package io.quorate.embed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals before a member is ready, seen by the parent of a process. */
class StopSignalTest {
  /** What a process answers to whose JVM heard the signal and shut down. */
  private static final int HEARD = 7;

  /** Answers each byte of its input, so that signals before it have arrived. */
  static final class Program {
    private Program() {}

    public static void main(String[] args) throws IOException {
      StopSignal.likeGo();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(HEARD)));
      System.out.write('!');
      System.out.flush();
      for (int b = System.in.read(); b >= 0; b = System.in.read()) {
        System.out.write(b);
        System.out.flush();
      }
      Runtime.getRuntime().halt(0);
    }
  }

  private static Process start() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xlog:disable",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.getInputStream().read()).isEqualTo('!');
    return process;
  }

  private static void signal(Process process, String name)
      throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start().waitFor();
    assertThat(code).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT", "HUP"})
  void theSignalEndsTheProcessAndNotTheJvm(String name) throws Exception {
    Process process = start();
    signal(process, name);
    assertThat(process.waitFor()).isGreaterThan(128);
  }

  @Test
  void whatGoDropsIsDropped() throws Exception {
    Process process = start();
    for (String name :
        new String[] {"USR1", "USR2", "ALRM", "VTALRM", "XCPU", "PROF", "IO", "PWR"}) {
      signal(process, name);
      process.getOutputStream().write('?');
      process.getOutputStream().flush();
      assertThat(process.getInputStream().read()).as(name).isEqualTo('?');
    }
    process.getOutputStream().close();
    assertThat(process.waitFor()).isZero();
  }
}
