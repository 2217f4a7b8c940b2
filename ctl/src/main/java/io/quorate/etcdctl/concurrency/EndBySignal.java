package io.quorate.etcdctl.concurrency;

import io.quorate.etcdctl.Signals;

/**
 * SIGINT or SIGTERM as a wish: it interrupts the command's thread, which then ends the program
 * itself. A third, SIGHUP, ends the process, and what it held lasts as long as its lease.
 */
final class EndBySignal {
  private volatile boolean wished;

  private EndBySignal() {}

  /** From now on for the thread that calls. */
  static EndBySignal ofThisThread() {
    EndBySignal end = new EndBySignal();
    Thread command = Thread.currentThread();
    Signals.hear(
        () -> {
          end.wished = true;
          command.interrupt();
        },
        "INT",
        "TERM");
    return end;
  }

  boolean isWished() {
    return wished;
  }
}
