package io.quorate.edge;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The two sides of keepalive on one connection, as gRPC does them: we ping a client that has been
 * quiet, and dismiss one that pings too often. On its event loop.
 */
final class Pings {
  private static final int MAX_STRIKES = 2;
  // Without open streams a client has nothing to keep alive.
  private static final long IDLE_INTERVAL_NANOS = TimeUnit.HOURS.toNanos(2);
  private static final long PING = 0x5175_6f72_6174_6521L;

  private final Http2Session session;
  private final Keepalive keepalive;
  private long lastPingNanos;
  private boolean pingedBefore;
  private int strikes;
  private boolean sentSincePing;
  private long lastReceivedNanos;
  private long pingSentNanos;
  private boolean awaiting;
  private @Nullable Future<?> timer;

  Pings(Http2Session session, Keepalive keepalive) {
    this.session = session;
    this.keepalive = keepalive;
    this.lastReceivedNanos = System.nanoTime();
  }

  void start() {
    if (keepalive.serverPings()) {
      schedule(keepalive.interval().toNanos());
    }
  }

  void stop() {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  /** Any bytes came. */
  void received() {
    lastReceivedNanos = System.nanoTime();
  }

  /** Headers or data went out. */
  void sent() {
    sentSincePing = true;
  }

  /** The client's ping, acknowledged already. */
  void pinged() {
    if (!keepalive.minInterval().isPositive()) {
      return;
    }
    long now = System.nanoTime();
    long gap = now - lastPingNanos;
    boolean first = !pingedBefore;
    lastPingNanos = now;
    pingedBefore = true;
    if (sentSincePing) {
      sentSincePing = false;
      strikes = 0;
      return;
    }
    long allowed =
        session.connection().numActiveStreams() == 0
            ? IDLE_INTERVAL_NANOS
            : keepalive.minInterval().toNanos();
    if (!first && gap < allowed) {
      strikes++;
    }
    if (strikes > MAX_STRIKES && !session.isClosing()) {
      session.dismiss(Http2Error.ENHANCE_YOUR_CALM, "too_many_pings");
    }
  }

  private void schedule(long nanos) {
    timer =
        session
            .outbox()
            .loop()
            .schedule(this::look, Math.max(nanos, 1_000_000), TimeUnit.NANOSECONDS);
  }

  private void look() {
    long now = System.nanoTime();
    if (awaiting && lastReceivedNanos - pingSentNanos < 0) {
      long left = pingSentNanos + keepalive.timeout().toNanos() - now;
      if (left <= 0) {
        session.context().channel().close();
      } else {
        schedule(Math.min(left, keepalive.interval().toNanos()));
      }
      return;
    }
    awaiting = false;
    long quiet = lastReceivedNanos + keepalive.interval().toNanos() - now;
    if (quiet > 0) {
      schedule(quiet);
      return;
    }
    awaiting = true;
    pingSentNanos = now;
    session.encoder().writePing(session.context(), false, PING, session.context().newPromise());
    session.context().flush();
    // Not only after the timeout: the answer is likely to come soon, and then the next ping is due
    // one interval after it.
    schedule(Math.min(keepalive.timeout().toNanos(), keepalive.interval().toNanos()));
  }
}
