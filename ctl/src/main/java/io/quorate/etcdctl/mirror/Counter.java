package io.quorate.etcdctl.mirror;

import io.quorate.cli.command.Output;
import java.time.Duration;

/** Prints from time to time how many keys were written. */
final class Counter {
  private static final Duration PERIOD = Duration.ofSeconds(30);

  private final Thread thread;

  private Counter(Thread thread) {
    this.thread = thread;
  }

  static Counter start(Mirror mirror, Output out) {
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                while (true) {
                  Thread.sleep(PERIOD);
                  out.line(Long.toString(mirror.written())).flush();
                }
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });
    return new Counter(thread);
  }

  void stop() {
    thread.interrupt();
  }
}
