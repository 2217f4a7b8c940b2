package io.quorate.embed.failpoint;

import java.time.Duration;

/** What a term may do to the world around it. Any thread. */
public interface Effects {
  void sleep(Duration duration);

  /** One line on standard output. */
  void print(String line);

  /** Ends the process at once: no hooks, nothing flushed. */
  void halt(String reason);
}
