package io.quorate.etcdctl;

import io.quorate.cli.command.Output;
import io.quorate.cli.command.Tool;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** The program {@code etcdctl}. */
public final class EtcdctlMain {
  /** As a shell shows the end by SIGPIPE, which the original dies of. */
  public static final int BROKEN_PIPE = 128 + 13;

  private EtcdctlMain() {}

  public static void main(String[] args) {
    Signals.startUnheard();
    List<String> words = ExactArguments.of(args);
    int code = run(words, System.getenv());
    Runtime.getRuntime().halt(code);
  }

  /** Runs a command to its end; returns the exit code. */
  static int run(List<String> words, Map<String, String> environment) {
    Output out = Output.stdout();
    Output err = Output.stderr();
    ClientLogLevel.complain(environment, err);
    try (Invocation invocation =
        new Invocation(words, new FileInputStream(FileDescriptor.in), out, err, environment)) {
      int code = new Tool(new Etcdctl(invocation), new EtcdctlUsage(), out, err).run(words);
      out.flush();
      err.flush();
      return code;
    } catch (Panic panic) {
      out.flush();
      err.line("panic: " + panic.getMessage()).flush();
      return Panic.EXIT_CODE;
    } catch (UncheckedIOException _) {
      return BROKEN_PIPE;
    }
  }
}
