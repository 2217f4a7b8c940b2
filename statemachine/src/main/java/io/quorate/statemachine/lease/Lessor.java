package io.quorate.statemachine.lease;

import io.quorate.backend.Backend;
import io.quorate.backend.schema.BucketName;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;

/**
 * All leases and the keys attached to them. Leases are stored in the bucket {@code lease};
 * attachments are not, they are what the keys themselves say. Written on the apply thread; leases
 * may be read from any.
 *
 * <p>Two laws: a key is attached to at most one lease, the one in its KeyValue; and every lease
 * named here is in the bucket.
 */
public final class Lessor {
  /** No TTL may be longer, in seconds. */
  public static final long MAX_TTL_SECONDS = 9_000_000_000L;

  private final Backend backend;
  private final long minTtlSeconds;
  private final Logger log;
  private final List<LeaseListener> listeners = new ArrayList<>();

  private final Map<Long, Lease> leases = new ConcurrentHashMap<>();
  // Owned by the apply thread.
  private final Map<Key, Lease> attached = new HashMap<>();

  /**
   * @param minTtlSeconds to which shorter TTLs are raised, when granted and when read from the
   *     store
   */
  public Lessor(Backend backend, long minTtlSeconds, Logger log) {
    this.backend = backend;
    this.minTtlSeconds = minTtlSeconds;
    this.log = log;
  }

  /**
   * The shortest TTL in whole seconds: one and a half election timeouts, so that no lease runs out
   * while a leader is being elected (spec/api.md 9).
   */
  public static long minTtlSeconds(int electionTicks, long tickNanos) {
    return Math.ceilDiv(3L * electionTicks / 2 * tickNanos, 1_000_000_000L);
  }

  /** Listeners are set once, before the first entry. */
  public void listen(LeaseListener listener) {
    listeners.add(listener);
  }

  // ---- any thread ----

  public Optional<Lease> lease(long id) {
    return Optional.ofNullable(leases.get(id));
  }

  /** All leases, in no order: a live view. */
  public Collection<Lease> leases() {
    return Collections.unmodifiableCollection(leases.values());
  }

  // ---- apply thread ----

  /** The lease {@code key} is attached to. */
  public Optional<Lease> leaseOf(byte[] key) {
    return Optional.ofNullable(attached.get(new Key(key)));
  }

  /** The keys of {@code lease} in byte order, which is the order in which they are deleted. */
  public List<byte[]> sortedKeys(Lease lease) {
    return lease.keys().stream().sorted().map(Key::bytes).toList();
  }

  /**
   * Forgets everything and reads the bucket; keys are attached by {@link #attachRecovered} next.
   */
  public void recover() {
    leases.clear();
    attached.clear();
    backend.forEach(
        BucketName.LEASE,
        (_, value) -> {
          LeaseRecord record = LeaseRecord.decode(value.toArray(ValueLayout.JAVA_BYTE));
          leases.put(
              record.id(),
              new Lease(
                  record.id(),
                  Math.max(record.ttlSeconds(), minTtlSeconds),
                  record.remainingTtlSeconds()));
        });
  }

  /** Attaches a key found in the store. One whose lease is gone stays as it is. */
  public void attachRecovered(byte[] key, long leaseId) {
    Lease lease = leases.get(leaseId);
    if (lease == null) {
      log.atError()
          .addKeyValue("lease-id", String.format("%016x", leaseId))
          .addKeyValue("error", "lessor: lease not found")
          .log("failed to attach a lease");
      return;
    }
    attach(key, lease);
  }

  /** All that the store holds is read: tells the listeners. */
  public void recovered() {
    listeners.forEach(LeaseListener::recovered);
  }

  /**
   * Adds a lease that does not exist yet.
   *
   * @param ttlSeconds at most {@link #MAX_TTL_SECONDS}; raised to the minimum
   */
  public Lease grant(long id, long ttlSeconds) {
    Lease lease = new Lease(id, Math.max(ttlSeconds, minTtlSeconds), 0);
    if (id == 0 || leases.putIfAbsent(id, lease) != null) {
      throw new AssertionError("lease " + Long.toHexString(id) + " cannot be granted");
    }
    store(lease);
    listeners.forEach(listener -> listener.granted(lease));
    return lease;
  }

  /** Takes away a lease whose keys have been deleted. */
  public void revoke(Lease lease) {
    if (!lease.keys().isEmpty()) {
      throw new AssertionError(
          "lease " + Long.toHexString(lease.id()) + " still has " + lease.keys().size() + " keys");
    }
    leases.remove(lease.id());
    backend.delete(BucketName.LEASE, LeaseRecord.key(lease.id()));
    listeners.forEach(listener -> listener.revoked(lease));
  }

  /** Attaches {@code key} to {@code leaseId}, 0 for none, in place of what it was attached to. */
  public void attach(byte[] key, long leaseId) {
    detach(key);
    if (leaseId != 0) {
      Lease lease = leases.get(leaseId);
      if (lease == null) {
        throw new AssertionError("lease " + Long.toHexString(leaseId) + " was checked");
      }
      attach(key, lease);
    }
  }

  private void attach(byte[] bytes, Lease lease) {
    Key key = new Key(bytes);
    attached.put(key, lease);
    lease.attach(key);
  }

  /** The key is gone, or hangs on no lease any more. */
  public void detach(byte[] bytes) {
    if (attached.isEmpty()) {
      return; // without leases, a put costs nothing here
    }
    Key key = new Key(bytes);
    Lease lease = attached.remove(key);
    if (lease != null) {
      lease.detach(key);
    }
  }

  /**
   * Notes what is left of a lease; 0: all of it.
   *
   * @param persist whether members after a restart know it too
   */
  public void checkpoint(Lease lease, long remainingTtlSeconds, boolean persist) {
    lease.remainingTtlSeconds(remainingTtlSeconds);
    if (persist) {
      store(lease);
    }
    listeners.forEach(listener -> listener.checkpointed(lease));
  }

  private void store(Lease lease) {
    backend.put(
        BucketName.LEASE,
        LeaseRecord.key(lease.id()),
        new LeaseRecord(lease.id(), lease.ttlSeconds(), lease.remainingTtlSeconds()).encode());
  }
}
