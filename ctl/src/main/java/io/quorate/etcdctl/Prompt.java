package io.quorate.etcdctl;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.gotext.RawText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Asks for a password on the terminal. */
public final class Prompt {
  /** The exit code of who is told to end meanwhile, after which the terminal shows input again. */
  private static final int ENDED = 255;

  private static final String[] ENDING = {"HUP", "INT", "TERM"};

  private Prompt() {}

  /**
   * Prints {@code question} and reads a line, not shown as it is typed, without white space.
   *
   * @throws Failure if nothing can keep it from being shown
   */
  public static String password(Invocation invocation, String question) {
    Signals.hear(Prompt::end, ENDING);
    invocation.out().print(question).flush();
    try {
      echo(false);
      return line(invocation);
    } catch (IOException _) {
      throw new Failure(
          ExitCode.ERROR,
          "stty binary not found:\n\texec: \"stty\": executable file not found in $PATH");
    } finally {
      tryEcho();
      Signals.unhear(ENDING);
      invocation.out().newLine().flush();
    }
  }

  private static String line(Invocation invocation) {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try {
      int next = invocation.in().read();
      while (next >= 0 && next != '\n') {
        line.write(next);
        next = invocation.in().read();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return RawText.of(line.toByteArray()).strip();
  }

  /** Nothing turns the echo off again behind it. */
  private static synchronized void end() {
    tryEcho();
    Runtime.getRuntime().halt(ENDED);
  }

  private static void tryEcho() {
    try {
      echo(true);
    } catch (IOException _) {
      // it was never off
    }
  }

  /** Where stdin is no terminal, stty says so on stderr, and that is all. */
  private static synchronized void echo(boolean on) throws IOException {
    try {
      new ProcessBuilder("stty", on ? "echo" : "-echo").inheritIO().start().waitFor();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
