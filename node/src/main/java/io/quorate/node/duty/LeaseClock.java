package io.quorate.node.duty;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * When leases end, as only a leader knows it: the state machine keeps which leases there are, this
 * keeps the time (spec/server.md 11). While the member does not lead, no lease ends.
 *
 * <p>A renewal is one volatile write: the queue of expiries is not touched, and an expiry that
 * comes up too early is put back.
 *
 * <pre>
 *   renew(7) at t=5  ─► leases {7: ends 15}        queue [7 at 12]
 *   poll at t=12     ─► 7 comes up, ends 15 > 12 ─► queue [7 at 15]
 * </pre>
 *
 * <p>Renewals and questions come from any thread. Leases come and go on the apply thread, in the
 * order of the log, so that a lease can be renewed as soon as its grant is answered; only the queue
 * belongs to the duty thread, which learns of them by the way.
 */
public final class LeaseClock {
  /** Leases handed out for revocation in one pass; spec: 500 each 500 ms. */
  public static final int REVOKE_LIMIT = 500;

  /** With at least so many leases a new leader spreads their ends. */
  private static final int SPREAD_FROM = 1000;

  /** Spread leases end at most at this rate: three quarters of what is revoked in a second. */
  private static final int SPREAD_PER_SECOND = 2 * REVOKE_LIMIT * 3 / 4;

  private static final long SECOND_NANOS = 1_000_000_000L;

  private static final class Timed {
    private final long id;
    private volatile long ttlSeconds;
    private volatile long endNanos;
    private volatile boolean revoking;

    private Timed(long id, long ttlSeconds, long endNanos) {
      this.id = id;
      this.ttlSeconds = ttlSeconds;
      this.endNanos = endNanos;
    }
  }

  private record Due(long id, long atNanos) {}

  /** A lease as promotion finds it; {@code remainingSeconds} is 0 where no checkpoint was made. */
  public record Lease(long id, long ttlSeconds, long remainingSeconds) {
    long leftSeconds() {
      return remainingSeconds > 0 ? remainingSeconds : ttlSeconds;
    }
  }

  private final ConcurrentHashMap<Long, Timed> leases = new ConcurrentHashMap<>();
  private final PriorityQueue<Due> queue =
      new PriorityQueue<>((a, b) -> Long.signum(a.atNanos - b.atNanos));
  // Put here by the apply thread, moved to the queue by the duty thread.
  private final ConcurrentLinkedQueue<Due> fresh = new ConcurrentLinkedQueue<>();
  private volatile boolean rebuildQueue;
  private volatile boolean primary;

  /** Whether this member's clock is the one that counts. */
  public boolean isPrimary() {
    return primary;
  }

  /**
   * This member leads from now on: every lease gets its full or checkpointed time again, and {@code
   * extendNanos} more, in which clients find the new leader. Apply thread.
   */
  public void promote(Iterable<Lease> all, long nowNanos, long extendNanos) {
    leases.clear();
    for (Lease lease : all) {
      long end = nowNanos + lease.leftSeconds() * SECOND_NANOS + extendNanos;
      leases.put(lease.id, new Timed(lease.id, lease.ttlSeconds, end));
    }
    if (leases.size() >= SPREAD_FROM) {
      spread(nowNanos);
    }
    rebuildQueue = true;
    primary = true;
  }

  /** Leases that would end together are moved apart, so that revoking them does not stall puts. */
  private void spread(long nowNanos) {
    var byEnd = new ArrayList<>(leases.values());
    byEnd.sort((a, b) -> Long.signum(a.endNanos - b.endNanos));
    long windowStart = nowNanos;
    int inWindow = 0;
    for (Timed lease : byEnd) {
      if (lease.endNanos - windowStart >= SECOND_NANOS) {
        windowStart = lease.endNanos;
        inWindow = 0;
      } else if (inWindow >= SPREAD_PER_SECOND) {
        windowStart += SECOND_NANOS;
        inWindow = 0;
      }
      inWindow++;
      lease.endNanos = Math.max(lease.endNanos, windowStart);
    }
  }

  /** This member no longer leads: no lease ends here. Any thread. */
  public void demote() {
    primary = false;
  }

  /** A lease was granted. Apply thread. */
  public void granted(long id, long ttlSeconds, long nowNanos) {
    if (primary) {
      long end = nowNanos + ttlSeconds * SECOND_NANOS;
      leases.put(id, new Timed(id, ttlSeconds, end));
      fresh.add(new Due(id, end));
    }
  }

  /**
   * A lease was revoked. Apply thread; what the queue still has of it is dropped when it comes up.
   */
  public void revoked(long id) {
    leases.remove(id);
  }

  /**
   * Renews {@code id}. Any thread.
   *
   * @return its time to live in seconds, or 0 when it is unknown or has ended already
   */
  public long renew(long id, long nowNanos) {
    Timed lease = primary ? leases.get(id) : null;
    if (lease == null || lease.endNanos - nowNanos <= 0) {
      return 0;
    }
    lease.endNanos = nowNanos + lease.ttlSeconds * SECOND_NANOS;
    // The duty thread may have found it ended since we looked: see there.
    return lease.revoking ? 0 : lease.ttlSeconds;
  }

  /** Whether {@code id} has ended but is not revoked yet. Any thread. */
  public boolean hasEnded(long id, long nowNanos) {
    Timed lease = leases.get(id);
    return lease != null && lease.endNanos - nowNanos <= 0;
  }

  /** Nanoseconds left for {@code id}, negative when it has ended; null when unknown. Any thread. */
  public @Nullable Long leftNanos(long id, long nowNanos) {
    Timed lease = leases.get(id);
    return lease == null ? null : Long.valueOf(lease.endNanos - nowNanos);
  }

  /**
   * Leases that have ended, at most {@code limit}, none twice until {@link #retry}. Duty thread.
   */
  public List<Long> ended(long nowNanos, int limit) {
    fillQueue();
    var ended = new ArrayList<Long>();
    while (primary && ended.size() < limit) {
      Due due = queue.peek();
      if (due == null || due.atNanos - nowNanos > 0) {
        break;
      }
      queue.remove();
      Timed lease = leases.get(due.id);
      if (lease == null || lease.revoking) {
        continue;
      }
      if (lease.endNanos - nowNanos > 0) {
        queue.add(new Due(due.id, lease.endNanos));
        continue;
      }
      // First the mark, then another look: whoever renews does it the other way round, so that at
      // least one of the two sees the other.
      lease.revoking = true;
      if (lease.endNanos - nowNanos > 0) {
        lease.revoking = false;
        queue.add(new Due(due.id, lease.endNanos));
      } else {
        ended.add(due.id);
      }
    }
    return ended;
  }

  /** Whether {@link #ended} gave out {@code id}, and nothing came between. Any thread. */
  boolean isRevoking(long id) {
    Timed lease = leases.get(id);
    return lease != null && lease.revoking;
  }

  private void fillQueue() {
    if (rebuildQueue) {
      rebuildQueue = false;
      queue.clear();
      // What is dropped here is in the map already, since it comes there first.
      fresh.clear();
      leases.values().forEach(lease -> queue.add(new Due(lease.id, lease.endNanos)));
    }
    for (Due due = fresh.poll(); due != null; due = fresh.poll()) {
      queue.add(due);
    }
  }

  /** Revoking {@code id} failed: it comes up again at {@code atNanos}. Any thread. */
  public void retry(long id, long atNanos) {
    Timed lease = leases.get(id);
    if (lease != null) {
      lease.revoking = false;
      fresh.add(new Due(id, atNanos));
    }
  }

  /** Leases with more than {@code thresholdSeconds} left, with the seconds left, rounded up. */
  public List<Lease> toCheckpoint(long nowNanos, long thresholdSeconds) {
    var result = new ArrayList<Lease>();
    for (Timed lease : leases.values()) {
      long left = lease.endNanos - nowNanos;
      if (left > thresholdSeconds * SECOND_NANOS) {
        result.add(new Lease(lease.id, lease.ttlSeconds, (left + SECOND_NANOS - 1) / SECOND_NANOS));
      }
    }
    return result;
  }
}
