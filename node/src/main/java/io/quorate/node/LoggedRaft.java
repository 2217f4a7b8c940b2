package io.quorate.node;

import io.quorate.raft.event.LogEvent;
import io.quorate.raft.event.RaftEvent;
import io.quorate.raft.event.RaftObserver;
import org.slf4j.Logger;

/** Raft's events as the log lines that etcd writes of them. */
final class LoggedRaft implements RaftObserver {
  private final Logger log;

  LoggedRaft(Logger log) {
    this.log = log;
  }

  @Override
  public void observe(RaftEvent event) {
    if (event instanceof LogEvent.WriteOfMissing) {
      // With asynchronous writes an acknowledgement often comes after a later one: nothing to tell.
      return;
    }
    switch (event.level()) {
      case DEBUG -> {
        if (log.isDebugEnabled()) {
          log.debug(event.text());
        }
      }
      case INFO -> log.info(event.text());
      case WARN -> log.warn(event.text());
      case ERROR -> log.error(event.text());
    }
  }
}
