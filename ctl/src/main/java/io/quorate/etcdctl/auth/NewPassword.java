package io.quorate.etcdctl.auth;

import io.quorate.cli.command.Failure;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Prompt;
import io.quorate.gotext.RawText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** A password that a user is given: asked for twice, or read from stdin. */
final class NewPassword {
  private NewPassword() {}

  static String of(String user, boolean interactive, Invocation invocation) {
    return interactive ? ask(user, invocation) : word(invocation.in());
  }

  private static String ask(String user, Invocation invocation) {
    String first = ask(invocation, "Password of " + user + ": ");
    if (first.isEmpty()) {
      throw Failure.badArguments("empty password");
    }
    String again = ask(invocation, "Type password of " + user + " again for confirmation: ");
    if (!again.equals(first)) {
      throw Failure.badArguments("given passwords are different");
    }
    return first;
  }

  private static String ask(Invocation invocation, String question) {
    try {
      return Prompt.password(invocation, question);
    } catch (Failure e) {
      throw Failure.badArguments("failed to ask password: " + e.getMessage());
    }
  }

  /** The first word of the first line, as Go's {@code Scanf("%s")} takes it; else empty. */
  private static String word(InputStream in) {
    ByteArrayOutputStream word = new ByteArrayOutputStream();
    try {
      int next = in.read();
      while (next == ' ' || next == '\t') {
        next = in.read();
      }
      while (next > ' ') {
        word.write(next);
        next = in.read();
      }
    } catch (IOException e) {
      throw Failure.badArguments("failed to ask password: " + e.getMessage());
    }
    return RawText.of(word.toByteArray());
  }
}
