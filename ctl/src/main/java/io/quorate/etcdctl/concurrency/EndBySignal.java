package io.quorate.etcdctl.concurrency;

/**
 * SIGINT or SIGTERM as a wish: it interrupts the command's thread, which then ends the program
 * itself. The launcher leaves both signals to the JVM for these commands.
 */
final class EndBySignal {
  private volatile boolean wished;

  private EndBySignal() {}

  /** From now on for the thread that calls. */
  static EndBySignal ofThisThread() {
    EndBySignal end = new EndBySignal();
    Thread command = Thread.currentThread();
    Thread hook =
        new Thread(
            () -> {
              end.wished = true;
              command.interrupt();
              try {
                command.join(); // it halts the program, with its own exit code
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            },
            "signal");
    Runtime.getRuntime().addShutdownHook(hook);
    return end;
  }

  boolean isWished() {
    return wished;
  }
}
