package io.quorate.etcdctl;

import io.quorate.gotext.GoQuote;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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

  /**
   * Starts what {@link #builder} has made ready.
   *
   * @throws IOException with Go's words, if that is not possible
   */
  public Process start(ProcessBuilder builder) throws IOException {
    String file = file();
    if (hasNoFormat(file)) {
      throw new IOException("fork/exec " + file + ": exec format error");
    }
    try {
      return builder.start();
    } catch (IOException e) {
      throw new IOException(
          "fork/exec " + file + ": " + systemError(String.valueOf(e.getMessage())), e);
    }
  }

  /** The program's file, as the system looks for it; one below a relative folder is none. */
  private String file() throws IOException {
    String program = words.getFirst();
    if (program.isEmpty()) {
      throw new IOException("exec: no command");
    }
    if (program.equals("/")) {
      throw new IOException("exec: \"/\": is a directory");
    }
    if (program.indexOf('/') >= 0) {
      return program;
    }
    String path = System.getenv().getOrDefault("PATH", "");
    for (String folder : path.isEmpty() ? new String[0] : path.split(":", -1)) {
      String file = (folder.isEmpty() ? "." : folder) + "/" + program;
      if (isProgram(file)) {
        if (!folder.startsWith("/")) {
          throw new IOException(
              "exec: "
                  + GoQuote.quote(program)
                  + ": cannot run executable found relative to current directory");
        }
        return file;
      }
    }
    throw new IOException(
        "exec: " + GoQuote.quote(program) + ": executable file not found in $PATH");
  }

  private static boolean isProgram(String file) {
    try {
      return Files.isRegularFile(Path.of(file)) && Files.isExecutable(Path.of(file));
    } catch (InvalidPathException _) {
      return false;
    }
  }

  /** The JVM hands to a shell what the system does not know how to run. */
  private static boolean hasNoFormat(String file) {
    if (!isProgram(file) || hasFurtherFormats()) {
      return false;
    }
    byte[] start;
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      start = in.readNBytes(4);
    } catch (IOException _) {
      return false; // it may be run all the same
    }
    String magic = new String(start, StandardCharsets.ISO_8859_1);
    return !magic.startsWith("#!") && !magic.equals("\u007fELF");
  }

  /** Whether binfmt_misc teaches the system more. */
  private static boolean hasFurtherFormats() {
    String[] formats = new File("/proc/sys/fs/binfmt_misc").list();
    return formats != null && formats.length > 2; // register, status
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
