package io.quorate.etcdctl.concurrency;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.etcdctl.ChildCommand;
import java.io.IOException;
import java.util.List;

/** The command that runs while a lock is held. */
final class HeldCommand {
  private final ChildCommand command;

  HeldCommand(List<String> command) {
    this.command = new ChildCommand(command);
  }

  /**
   * Runs it to its end, whatever signals come: they are its own matter.
   *
   * @throws Failure with its exit code if it does not end well
   */
  void run(String key, long revision) {
    ProcessBuilder builder = command.builder();
    builder.environment().putIfAbsent("ETCD_LOCK_KEY", key);
    builder.environment().putIfAbsent("ETCD_LOCK_REV", Long.toString(revision));
    int code;
    try {
      code = await(command.start(builder));
    } catch (IOException e) {
      throw new Failure(ExitCode.ERROR, String.valueOf(e.getMessage()));
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
