package io.quorate.peer;

import io.quorate.io.Clock;
import io.quorate.node.port.Transport;
import org.slf4j.Logger;

/** Whether one peer can be reached, and since when without a break. Any thread. */
final class PeerActivity {
  private final long peerId;
  private final Clock clock;
  private final PeerListener listener;
  private final Logger log;
  // Guarded by this: changes; read without.
  private volatile long sinceNanos = Transport.INACTIVE;

  PeerActivity(long peerId, Clock clock, PeerListener listener, Logger log) {
    this.peerId = peerId;
    this.clock = clock;
    this.listener = listener;
    this.log = log;
  }

  long sinceNanos() {
    return sinceNanos;
  }

  boolean isActive() {
    return sinceNanos != Transport.INACTIVE;
  }

  synchronized void activate() {
    if (isActive()) {
      return;
    }
    log.atInfo().addKeyValue("peer-id", Long.toHexString(peerId)).log("peer became active");
    sinceNanos = clock.nanos();
    listener.active(peerId, true);
  }

  private String text(String what, String where, String error) {
    return "failed to "
        + what
        + " "
        + Long.toHexString(peerId)
        + " on "
        + where
        + " ("
        + error
        + ")";
  }

  /**
   * @param what was tried, and {@code where}
   */
  synchronized void deactivate(String what, String where, String error) {
    if (!isActive()) {
      log.atDebug()
          .addKeyValue("peer-id", Long.toHexString(peerId))
          .addKeyValue("error", text(what, where, error))
          .log("peer deactivated again");
      return;
    }
    log.atWarn()
        .addKeyValue("peer-id", Long.toHexString(peerId))
        .addKeyValue("error", text(what, where, error))
        .log("peer became inactive (message send to peer failed)");
    sinceNanos = Transport.INACTIVE;
    listener.active(peerId, false);
  }
}
