package io.quorate.etcdctl.check;

import io.quorate.cli.command.Output;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A progress bar on stderr, drawn anew a few times a second: {@code 25 / 60 [--->_____] 41.67% 12
 * p/s}, as wide as the terminal.
 */
final class Bar {
  private static final int COLUMNS_OF_NO_TERMINAL = 100;
  private static final long EVERY_NANOS = 200_000_000;
  private static final long MEASURED_NANOS = 500_000_000;

  private final Output err;
  private final long total;
  private final boolean terminal = isTerminal();
  private final int columns = terminal ? columns() : COLUMNS_OF_NO_TERMINAL;
  private long count;
  private long drawnNanos = -EVERY_NANOS;
  private long measuredNanos;
  private long measuredCount;
  private String perSecond = "?";

  Bar(Output err, long total) {
    this.err = err;
    this.total = total;
  }

  /**
   * @param nanos since the start
   */
  void at(long count, long nanos) {
    this.count = count;
    if (nanos - measuredNanos >= MEASURED_NANOS) {
      long done = count - measuredCount;
      if (done > 0) {
        long second = TimeUnit.SECONDS.toNanos(1);
        perSecond = Long.toString(Math.round((double) done * second / (nanos - measuredNanos)));
        measuredNanos = nanos;
        measuredCount = count;
      }
    }
    if (nanos - drawnNanos >= EVERY_NANOS) {
      draw();
      drawnNanos = nanos;
    }
  }

  /** Draws it a last time. */
  void finish() {
    draw();
    if (terminal) {
      err.newLine().flush();
    }
  }

  private void draw() {
    String before = count + " / " + total + " [";
    double percent = 100.0 * count / total;
    String after = String.format(Locale.ROOT, "] %.2f%% %s p/s", percent, perSecond);
    int room = Math.max(0, columns - before.length() - after.length());
    int full = Math.toIntExact(Math.ceilDiv(count * room, total));
    StringBuilder bar = new StringBuilder(columns);
    bar.append(terminal ? "\r" : "").append(before);
    if (count < total) {
      bar.repeat('-', Math.max(0, full - 1)).repeat('>', Math.min(1, full));
    } else {
      bar.repeat('-', full);
    }
    bar.repeat('_', room - full).append(after);
    err.print(bar.toString()).flush();
  }

  private static boolean isTerminal() {
    try {
      String stderr = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return stderr.startsWith("/dev/pts/") || stderr.startsWith("/dev/tty");
    } catch (IOException _) {
      return false;
    }
  }

  /** As stty says; it speaks of its stdin. */
  private static int columns() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size").redirectInput(Path.of("/dev/tty").toFile()).start();
      String answer =
          new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int columns = Integer.parseInt(answer.substring(answer.indexOf(' ') + 1));
      return columns > 0 ? columns : COLUMNS_OF_NO_TERMINAL;
    } catch (IOException | NumberFormatException _) {
      return COLUMNS_OF_NO_TERMINAL; // no such program, or no terminal
    }
  }
}
