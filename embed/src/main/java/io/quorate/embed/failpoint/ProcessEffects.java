package io.quorate.embed.failpoint;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Effects on this very process. */
public final class ProcessEffects implements Effects {
  private static final int PANICKED = 2;

  private final PrintStream out;
  private final PrintStream err;

  public ProcessEffects(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public void sleep(Duration duration) {
    // Not Thread.sleep: a thread that touches files is never interrupted, and would not end early.
    long end = System.nanoTime() + duration.toNanos();
    for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public void print(String line) {
    out.println(line);
    out.flush();
  }

  @Override
  public void halt(String reason) {
    err.println("panic: " + reason);
    Runtime.getRuntime().halt(PANICKED);
  }
}
