package io.quorate.server;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * {@code etcd-read}: a few threads for long scans. A scan is a row of slices; after each it queues
 * behind the others, so that a big one does not make small ones wait.
 */
public final class ReadPool implements AutoCloseable {
  private static final int IDLE_SECONDS = 30;

  private final ThreadPoolExecutor threads;

  public ReadPool(int size) {
    var number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            size,
            size,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task ->
                Thread.ofPlatform()
                    .name("etcd-read-" + number.getAndIncrement())
                    .daemon(true)
                    .unstarted(task));
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Runs {@code slice} until it returns true. What it throws goes to {@code failed} and ends it.
   */
  public void run(BooleanSupplier slice, Consumer<RuntimeException> failed) {
    threads.execute(() -> {
      boolean done;
      try {
        done = slice.getAsBoolean();
      } catch (RuntimeException e) {
        failed.accept(e);
        return;
      }
      if (!done) {
        run(slice, failed);
      }
    });
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
