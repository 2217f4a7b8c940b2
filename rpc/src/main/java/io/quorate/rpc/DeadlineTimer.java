package io.quorate.rpc;

import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs short tasks later, on one daemon thread that starts with the first of them. Any thread. */
public final class DeadlineTimer implements AutoCloseable {
  private final String threadName;
  private @Nullable ScheduledThreadPoolExecutor executor; // guarded by this
  private boolean closed; // guarded by this

  public DeadlineTimer(String threadName) {
    this.threadName = threadName;
  }

  /** Runs {@code task} at {@code nanoTime}; after {@link #close} it never runs. */
  public synchronized Future<?> at(long nanoTime, Runnable task) {
    if (closed) {
      return new FutureTask<>(task, null);
    }
    ScheduledThreadPoolExecutor timer = executor;
    if (timer == null) {
      timer =
          new ScheduledThreadPoolExecutor(
              1,
              run -> {
                Thread thread = new Thread(run, threadName);
                thread.setDaemon(true);
                return thread;
              });
      timer.setRemoveOnCancelPolicy(true);
      executor = timer;
    }
    return timer.schedule(task, nanoTime - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (executor != null) {
      executor.shutdownNow();
    }
  }
}
