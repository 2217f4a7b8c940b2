package io.quorate.etcdctl;

import io.quorate.gotext.RawText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Asks for a password on the terminal. */
public final class Prompt {
  private Prompt() {}

  /** Prints {@code question} and reads a line, not shown as it is typed, without white space. */
  public static String password(Invocation invocation, String question) {
    invocation.out().print(question).flush();
    echo(false);
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try {
      int next = invocation.in().read();
      while (next >= 0 && next != '\n') {
        line.write(next);
        next = invocation.in().read();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      echo(true);
    }
    invocation.out().newLine().flush();
    return RawText.of(line.toByteArray()).strip();
  }

  /** Where stdin is no terminal, stty says so on stderr, and that is all. */
  private static void echo(boolean on) {
    try {
      new ProcessBuilder("stty", on ? "echo" : "-echo").inheritIO().start().waitFor();
    } catch (IOException _) {
      // no such program
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
