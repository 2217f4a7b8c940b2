package io.quorate.server;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * {@code etcd-read}: a few threads for long scans. A scan is a row of slices; after each it queues
 * behind the others, so that a big one does not make small ones wait, and steps aside for those who
 * have more urgent work: writers wait for the processor no longer than a slice takes, and a commit,
 * which many writers may wait for, has it to itself.
 */
public final class ReadPool implements AutoCloseable {
  private static final int IDLE_SECONDS = 30;
  private static final long PAUSE_NANOS = 200_000;

  /** A commit that takes longer waits for the disk: then the processor is free. */
  private static final int MOST_PAUSES = 100;

  private final ThreadPoolExecutor threads;
  private final BooleanSupplier commitUnderWay;
  private final Consumer<Throwable> onDeath;

  /**
   * @param onDeath told of an error, after which the member must not go on: a read that the mapping
   *     of the file refuses means a dead disk
   */
  public ReadPool(int size, BooleanSupplier commitUnderWay, Consumer<Throwable> onDeath) {
    this.commitUnderWay = commitUnderWay;
    this.onDeath = onDeath;
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
   * Runs {@code slice} until it returns true. What it throws goes to {@code failed} and ends it; an
   * error ends the member too.
   */
  public void run(BooleanSupplier slice, Consumer<Throwable> failed) {
    threads.execute(() -> {
      boolean done;
      try {
        done = slice.getAsBoolean();
      } catch (RuntimeException e) {
        failed.accept(e);
        return;
      } catch (Throwable death) {
        try {
          failed.accept(death);
        } finally {
          onDeath.accept(death);
        }
        return;
      }
      if (!done) {
        stepAside();
        run(slice, failed);
      }
    });
  }

  private void stepAside() {
    Thread.yield();
    for (int i = 0; i < MOST_PAUSES && commitUnderWay.getAsBoolean(); i++) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
