package io.quorate.etcdctl;

import io.quorate.gotext.GoQuote;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A command that etcdctl runs for its caller, in the caller's own environment: what the launcher
 * had to change for the JVM's sake is put back.
 */
public final class ChildCommand {
  /** Before the name of a variable that was set and that the launcher changed or removed. */
  private static final String KEPT = "QUORATE_CALLER_";

  /** As in dist/src/launcher/program. */
  private static final List<String> CHANGED =
      List.of("LC_ALL", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH");

  private final List<String> words;

  public ChildCommand(List<String> words) {
    this.words = words;
  }

  /** Ready to start: nothing comes from stdin, stdout and stderr are shared. */
  public ProcessBuilder builder() {
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    if (System.getProperty("quorate.program") != null) {
      restore(builder.environment());
    }
    return builder;
  }

  static void restore(Map<String, String> environment) {
    for (String name : CHANGED) {
      String kept = environment.remove(KEPT.concat(name));
      if (kept == null) {
        environment.remove(name);
      } else {
        environment.put(name, kept);
      }
    }
  }

  /** Why it could not be started, as Go words it. */
  public String whyNotStarted(IOException e) {
    String program = words.getFirst();
    return program.indexOf('/') < 0
        ? "exec: " + GoQuote.quote(program) + ": executable file not found in $PATH"
        : "fork/exec " + program + ": " + systemError(String.valueOf(e.getMessage()));
  }

  /** From {@code Cannot run program "x": Exec failed, error: 13 (Permission denied)}. */
  private static String systemError(String message) {
    int end = message.lastIndexOf(')');
    int start = message.lastIndexOf('(', end) + 1;
    return start > 0 && end > start
        ? message.substring(start, start + 1).toLowerCase(Locale.ROOT)
            + message.substring(start + 1, end)
        : "no such file or directory";
  }
}
