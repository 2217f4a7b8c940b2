package io.quorate.node.watch;

import io.quorate.mvcc.watch.WatchHub;
import io.quorate.node.loop.Loop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * Owns the watchers of a member and the clocks of their streams: each stream that is quiet is asked
 * once in a while whether its watchers want to hear of it. The clocks are shifted at random by up
 * to a tenth, so that they do not all strike at once.
 */
public final class WatchLoop implements Loop {
  private static final int JITTER_FRACTION = 10;

  private static final class Ticker {
    private final long periodNanos;
    private long nextNanos;

    private Ticker(long periodNanos, long nextNanos) {
      this.periodNanos = periodNanos;
      this.nextNanos = nextNanos;
    }
  }

  private final WatchHub hub;
  private final long progressNanos;
  private final RandomGenerator random;
  private final Map<WatchStream, Ticker> streams = new ConcurrentHashMap<>();
  private long nextTickNanos = UNTIL_WOKEN;

  public WatchLoop(WatchHub hub, long progressNanos, RandomGenerator random) {
    this.hub = hub;
    this.progressNanos = progressNanos;
    this.random = random;
  }

  public WatchHub hub() {
    return hub;
  }

  /** Starts the progress clock of {@code stream}. Any thread. */
  public void add(WatchStream stream, long nowNanos) {
    long jitter;
    synchronized (random) {
      jitter = random.nextLong(Math.max(1, progressNanos / JITTER_FRACTION));
    }
    long period = progressNanos + jitter;
    streams.put(stream, new Ticker(period, nowNanos + period));
  }

  /** Stops it. Any thread. */
  public void remove(WatchStream stream) {
    streams.remove(stream);
  }

  /** How many streams are open. Any thread. */
  public int streamCount() {
    return streams.size();
  }

  /** How many events wait in streams, found and not yet taken. Any thread. */
  public long pendingEvents() {
    return streams.keySet().stream().mapToLong(WatchStream::pendingEvents).sum();
  }

  @Override
  public long poll(long nowNanos) {
    long hubNext = hub.poll(nowNanos);
    long delay = hubNext == UNTIL_WOKEN ? UNTIL_WOKEN : Math.max(0, hubNext - nowNanos);
    if (nextTickNanos == UNTIL_WOKEN || nowNanos - nextTickNanos >= 0) {
      tick(nowNanos);
    }
    return Math.min(delay, Math.max(0, nextTickNanos - nowNanos));
  }

  private void tick(long nowNanos) {
    // New streams are found at the next look, which is never further off than one period.
    long next = nowNanos + progressNanos;
    for (Map.Entry<WatchStream, Ticker> entry : streams.entrySet()) {
      Ticker ticker = entry.getValue();
      if (nowNanos - ticker.nextNanos >= 0) {
        ticker.nextNanos = nowNanos + ticker.periodNanos;
        entry.getKey().tick();
      }
      next = Math.min(next, ticker.nextNanos);
    }
    nextTickNanos = next;
  }
}
