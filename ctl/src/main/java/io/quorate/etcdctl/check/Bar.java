package io.quorate.etcdctl.check;

import io.quorate.cli.command.Output;

/** A progress bar on stderr: drawn anew when the count changes, at most a few times a second. */
final class Bar {
  private static final int COLUMNS = 60;
  private static final long EVERY_NANOS = 200_000_000;

  private final Output err;
  private final long total;
  private long drawnNanos;
  private long drawnCount = -1;

  Bar(Output err, long total) {
    this.err = err;
    this.total = total;
  }

  void at(long count, long nanos) {
    if (count != drawnCount && (drawnCount < 0 || nanos - drawnNanos >= EVERY_NANOS)) {
      draw(count);
      drawnNanos = nanos;
    }
  }

  /** Draws it a last time, and ends its line. */
  void finish(long count) {
    draw(count);
    err.newLine().flush();
  }

  private void draw(long count) {
    drawnCount = count;
    int full = (int) (count * COLUMNS / total);
    StringBuilder bar = new StringBuilder(2 * COLUMNS);
    bar.append('\r').append(count).append(" / ").append(total).append(" [");
    bar.repeat('-', full);
    if (full < COLUMNS) {
      bar.append('>').repeat('_', COLUMNS - full - 1);
    }
    long hundredths = count * 10_000 / total;
    bar.append("] ").append(hundredths / 100).append('.');
    bar.append(hundredths % 100 < 10 ? "0" : "").append(hundredths % 100).append('%');
    err.print(bar.toString()).flush();
  }
}
