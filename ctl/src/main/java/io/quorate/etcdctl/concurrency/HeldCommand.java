package io.quorate.etcdctl.concurrency;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.gotext.GoQuote;
import java.io.File;
import java.io.IOException;
import java.util.List;

/** The command that runs while a lock is held. */
final class HeldCommand {
  private final List<String> command;

  HeldCommand(List<String> command) {
    this.command = command;
  }

  /**
   * Runs it to its end, whatever signals come: they are its own matter.
   *
   * @throws Failure with its exit code if it does not end well
   */
  void run(String key, long revision) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putIfAbsent("ETCD_LOCK_KEY", key);
    builder.environment().putIfAbsent("ETCD_LOCK_REV", Long.toString(revision));
    int code;
    try {
      code = await(builder.start());
    } catch (IOException _) {
      String program = command.getFirst();
      throw new Failure(
          ExitCode.ERROR,
          program.indexOf('/') < 0
              ? "exec: " + GoQuote.quote(program) + ": executable file not found in $PATH"
              : "fork/exec " + program + ": no such file or directory");
    }
    if (code != 0) {
      throw new Failure(code, "exit status " + code);
    }
  }

  private static int await(Process process) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return process.waitFor();
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
