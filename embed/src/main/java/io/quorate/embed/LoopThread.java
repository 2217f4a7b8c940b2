package io.quorate.embed;

import io.quorate.io.Clock;
import io.quorate.node.loop.Loop;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Gives loops a thread: polls each in turn until none has more to do, then sleeps until one of them
 * is woken or due. The thread is never interrupted, since it may touch files.
 */
public final class LoopThread {
  private final Clock clock;
  private final List<Loop> loops;
  private final Consumer<Throwable> onDeath;
  private final Thread thread;
  private volatile boolean woken;
  private volatile boolean asleep;
  private volatile boolean stopping;

  /**
   * @param name the thread's, for example {@code etcd-raft}
   * @param onDeath told of an uncaught throwable; the loops are not polled after it
   */
  public LoopThread(String name, Clock clock, List<Loop> loops, Consumer<Throwable> onDeath) {
    this.clock = clock;
    this.loops = List.copyOf(loops);
    this.onDeath = onDeath;
    thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
  }

  public LoopThread start() {
    thread.start();
    return this;
  }

  /** Has the loops polled soon. Any thread; cheap when it is awake. */
  public void wake() {
    if (!woken) {
      woken = true;
      if (asleep) {
        LockSupport.unpark(thread);
      }
    }
  }

  /** Ends the thread after the poll under way and waits for it; harmless from the thread itself. */
  public void stop() {
    stopping = true;
    LockSupport.unpark(thread);
    if (Thread.currentThread() == thread) {
      return;
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!stopping) {
        woken = false;
        long delay = Loop.UNTIL_WOKEN;
        for (Loop loop : loops) {
          delay = Math.min(delay, loop.poll(clock.nanos()));
        }
        if (delay > 0) {
          sleep(delay);
        }
      }
    } catch (Throwable death) {
      onDeath.accept(death);
    }
  }

  private void sleep(long nanos) {
    asleep = true;
    // Whoever wakes sets woken before it looks at asleep, so one of us sees the other.
    if (!woken && !stopping) {
      if (nanos == Loop.UNTIL_WOKEN) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, nanos);
      }
    }
    asleep = false;
  }
}
