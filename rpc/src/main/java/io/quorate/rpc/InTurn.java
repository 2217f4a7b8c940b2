package io.quorate.rpc;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks one at a time and in order, in whichever thread brought one while none was running. A
 * task that brings a task is not interrupted by it.
 */
final class InTurn implements Executor {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>(); // guarded by itself
  private boolean running; // guarded by tasks

  @Override
  public void execute(Runnable task) {
    synchronized (tasks) {
      tasks.add(task);
      if (running) {
        return;
      }
      running = true;
    }
    while (true) {
      @Nullable Runnable next;
      synchronized (tasks) {
        next = tasks.poll();
        if (next == null) {
          running = false;
          return;
        }
      }
      boolean survived = false;
      try {
        next.run();
        survived = true;
      } finally {
        if (!survived) {
          synchronized (tasks) {
            running = false;
          }
        }
      }
    }
  }
}
