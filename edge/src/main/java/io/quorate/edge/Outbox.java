package io.quorate.edge;

import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;

/**
 * The way from any thread to one connection. Steps run on the connection's event loop in the order
 * in which they were given; all that have gathered by then run in one turn and leave in one flush,
 * with one wake-up.
 */
final class Outbox {
  private final EventLoop loop;
  private final Runnable flush;
  private final Consumer<Throwable> failed;
  private final Logger log;
  private final SocketAddress remote;
  private final Queue<Runnable> steps = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final Runnable turn = this::turn;
  private boolean flushedByReader; // owned by the loop

  /**
   * @param failed ends the connection after a step that threw; the others are run all the same
   */
  Outbox(
      EventLoop loop,
      Runnable flush,
      Consumer<Throwable> failed,
      Logger log,
      SocketAddress remote) {
    this.loop = loop;
    this.flush = flush;
    this.failed = failed;
    this.log = log;
    this.remote = remote;
  }

  EventLoop loop() {
    return loop;
  }

  /** While {@code reading}, the reader flushes in the end. On the loop. */
  void reading(boolean reading) {
    flushedByReader = reading;
  }

  /** At once if this is the loop and nothing waits, otherwise in the loop's next turn. */
  void run(Runnable step) {
    if (loop.inEventLoop() && steps.isEmpty()) {
      step.run();
      if (!flushedByReader) {
        schedule();
      }
    } else {
      later(step);
    }
  }

  /** In the loop's next turn. */
  void later(Runnable step) {
    steps.add(step);
    schedule();
  }

  private void schedule() {
    if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
      try {
        loop.execute(turn);
      } catch (RejectedExecutionException e) {
        // The server was closed and so was every connection: steps only give back what they hold.
        scheduled.set(false);
        synchronized (this) {
          runAll();
        }
      }
    }
  }

  private void turn() {
    scheduled.set(false);
    runAll();
    flush.run();
  }

  private void runAll() {
    for (Runnable step = steps.poll(); step != null; step = steps.poll()) {
      try {
        step.run();
      } catch (RuntimeException | Error e) {
        log.atError()
            .addKeyValue("remote-addr", String.valueOf(remote))
            .setCause(e)
            .log("connection failed");
        failed.accept(e);
      }
    }
  }
}
