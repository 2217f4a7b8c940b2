package io.quorate.statemachine.lease;

import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What every member agrees on about one lease. Changed on the apply thread; readable from any,
 * where a reader may miss a change that is being made.
 */
public final class Lease {
  private final long id;
  private final long ttlSeconds;
  private volatile long remainingTtlSeconds;
  private final Set<Key> keys = ConcurrentHashMap.newKeySet();

  Lease(long id, long ttlSeconds, long remainingTtlSeconds) {
    this.id = id;
    this.ttlSeconds = ttlSeconds;
    this.remainingTtlSeconds = remainingTtlSeconds;
  }

  /** Any number but 0. */
  public long id() {
    return id;
  }

  /** As granted, after raising it to the minimum. */
  public long ttlSeconds() {
    return ttlSeconds;
  }

  /** What was left at the last checkpoint; 0: no checkpoint, so all of it. */
  public long remainingTtlSeconds() {
    return remainingTtlSeconds;
  }

  /**
   * How long the lease lasts from when a new leader takes over, without that leader's extension.
   */
  public long effectiveTtlSeconds() {
    return remainingTtlSeconds > 0 ? remainingTtlSeconds : ttlSeconds;
  }

  /** The attached keys, a live view in no order. */
  public Set<Key> keys() {
    return Collections.unmodifiableSet(keys);
  }

  void remainingTtlSeconds(long seconds) {
    remainingTtlSeconds = seconds;
  }

  void attach(Key key) {
    keys.add(key);
  }

  void detach(Key key) {
    keys.remove(key);
  }
}
