package io.quorate.node;

import io.quorate.io.Clock;
import io.quorate.node.duty.LeaseClock;
import io.quorate.node.port.OtherMembers;
import io.quorate.statemachine.apply.Stores;
import io.quorate.statemachine.lease.Lease;
import io.quorate.statemachine.lease.LeaseListener;
import io.quorate.statemachine.request.LeaseCheckpoint;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The time of leases as clients and other members ask for it. The leader keeps it, by a {@link
 * LeaseClock}; whoever does not lead asks the leader. Any thread.
 */
public final class Leases {
  /** What of the member is needed for it. */
  interface Engine {
    /** Completes when everything committed by now is applied. */
    CompletableFuture<Void> caughtUp();

    /** Completes when raft has confirmed who leads. */
    CompletableFuture<Void> throughRaft();

    /** Whether raft's clock has ticked lately: a member that was paused may lead no more. */
    boolean isTickFresh();

    CompletableFuture<?> checkpoint(List<LeaseCheckpoint.Remaining> leases);

    /** The peer URLs of who leads now; empty if nobody does. */
    List<String> leaderUrls();
  }

  private static final long SECOND_NANOS = 1_000_000_000L;

  private final LeaseClock times = new LeaseClock();
  // Renewals that came too late, by lease; none while this member does not keep the time.
  private final Map<Long, CompletableFuture<Long>> endings = new ConcurrentHashMap<>();
  private final Stores stores;
  private final OtherMembers others;
  private final Engine engine;
  private final Member.DutyListener listener;
  private final Clock clock;

  Leases(
      Stores stores,
      OtherMembers others,
      Engine engine,
      Member.DutyListener listener,
      Clock clock) {
    this.stores = stores;
    this.others = others;
    this.engine = engine;
    this.listener = listener;
    this.clock = clock;
    stores.lessor().listen(new Changes());
  }

  /** What keeps the time. */
  LeaseClock times() {
    return times;
  }

  /** This member leads: its clock counts, and each lease has {@code extendNanos} more. */
  void promote(long extendNanos) {
    times.promote(
        () ->
            stores.lessor().leases().stream()
                .map(lease ->
                    new LeaseClock.Lease(
                        lease.id(), lease.ttlSeconds(), lease.remainingTtlSeconds()))
                .iterator(),
        clock.nanos(),
        extendNanos);
  }

  /** This member leads no more: no lease ends here, and whoever waits for an end asks elsewhere. */
  void demoted() {
    // First the clock: see ending, which does it the other way round.
    times.demote();
    for (Long leaseId : endings.keySet()) {
      abandonEnding(leaseId);
    }
  }

  /** Whether this member keeps the time of leases. */
  public boolean isPrimary() {
    return times.isPrimary();
  }

  /** Nanoseconds left for {@code leaseId}; empty if it is unknown or nobody here keeps its time. */
  public Optional<Long> nanosLeft(long leaseId) {
    return Optional.ofNullable(times.leftNanos(leaseId, clock.nanos()));
  }

  /** The ids of all leases, in the order in which they end as far as this member knows. */
  public List<Long> inOrderOfEnd() {
    record Timed(long id, long leftNanos) {}
    // Each lease's time is read once: meanwhile others are renewed, and no order of them lasts.
    long now = clock.nanos();
    return stores.lessor().leases().stream()
        .map(lease -> {
          Long left = times.leftNanos(lease.id(), now);
          return new Timed(lease.id(), left == null ? Long.MAX_VALUE : left);
        })
        .sorted(Comparator.comparingLong(Timed::leftNanos).thenComparingLong(Timed::id))
        .map(Timed::id)
        .toList();
  }

  /**
   * Renews a lease.
   *
   * @param mayRenew asked when the keys of the lease are known; what it throws is the failure
   * @return its time to live in seconds, 0 if it is unknown or over
   */
  public CompletableFuture<Long> renew(long leaseId, Runnable mayRenew) {
    if (times.isPrimary()) {
      return renewHere(leaseId, mayRenew);
    }
    try {
      mayRenew.run();
    } catch (RuntimeException refusal) {
      return CompletableFuture.failedFuture(refusal);
    }
    return others.renew(engine::leaderUrls, leaseId);
  }

  /**
   * As {@link #renew}, for another member, which has asked its caller for rights; fails with {@link
   * NodeException.NotPrimaryLessor} where this is not the one.
   */
  public CompletableFuture<Long> renewHere(long leaseId) {
    return renewHere(leaseId, () -> {});
  }

  private CompletableFuture<Long> renewHere(long leaseId, Runnable mayRenew) {
    return confirmLeadership()
        .thenCompose(leads -> engine.caughtUp())
        .thenCompose(caughtUp -> {
          mayRenew.run();
          if (!times.isPrimary()) {
            return CompletableFuture.failedFuture(new NodeException.NotPrimaryLessor());
          }
          Optional<Lease> lease = stores.lessor().lease(leaseId);
          if (lease.isEmpty()) {
            return CompletableFuture.completedFuture(0L);
          }
          if (times.hasEnded(leaseId, clock.nanos())) {
            return ending(leaseId);
          }
          long ttl = times.renew(leaseId, clock.nanos());
          if (ttl == 0 && !times.isPrimary()) {
            // The lease lives, by another's clock.
            return CompletableFuture.failedFuture(new NodeException.NotPrimaryLessor());
          }
          if (ttl > 0) {
            listener.leaseRenewed();
          }
          if (ttl > 0 && lease.get().remainingTtlSeconds() > 0) {
            // What a checkpoint left is void from now on, on every member.
            return engine
                .checkpoint(List.of(new LeaseCheckpoint.Remaining(leaseId, 0)))
                .thenApply(done -> ttl);
          }
          return CompletableFuture.completedFuture(ttl);
        });
  }

  /** A leader that was paused must ask before it acts on leases: it may lead no more. */
  private CompletableFuture<Void> confirmLeadership() {
    if (!times.isPrimary()) {
      return CompletableFuture.failedFuture(new NodeException.NotPrimaryLessor());
    }
    if (engine.isTickFresh()) {
      return CompletableFuture.completedFuture(null);
    }
    return engine
        .throughRaft()
        .handle((done, failure) -> {
          if (failure != null) {
            throw new NodeException.NotPrimaryLessor();
          }
          return null;
        });
  }

  /** A lease that has ended cannot be saved: the answer, 0, waits until it is revoked. */
  private CompletableFuture<Long> ending(long leaseId) {
    CompletableFuture<Long> end = endings.computeIfAbsent(leaseId, id -> new CompletableFuture<>());
    if (stores.lessor().lease(leaseId).isEmpty()) {
      ended(leaseId);
    } else if (!times.isPrimary() || !times.hasEnded(leaseId, clock.nanos())) {
      // Demoted meanwhile; and if elected again, by a clock that gave the lease all its time.
      abandonEnding(leaseId);
    }
    return end;
  }

  private void abandonEnding(long leaseId) {
    CompletableFuture<Long> end = endings.remove(leaseId);
    if (end != null) {
      end.completeExceptionally(new NodeException.NotPrimaryLessor());
    }
  }

  private void ended(long leaseId) {
    CompletableFuture<Long> end = endings.remove(leaseId);
    if (end != null) {
      end.complete(0L);
    }
  }

  /**
   * Asks whoever keeps the time of leases; -1 seconds if the lease is unknown.
   *
   * @param beforeLookup run before this member looks, if it is the one
   */
  public CompletableFuture<OtherMembers.LeaseTime> timeToLive(
      long leaseId, boolean withKeys, Runnable beforeLookup) {
    if (!times.isPrimary()) {
      return others.timeToLive(engine::leaderUrls, leaseId, withKeys);
    }
    return engine
        .caughtUp()
        .thenApply(caughtUp -> {
          beforeLookup.run();
          try {
            return timeHere(leaseId, withKeys)
                .orElseGet(() -> new OtherMembers.LeaseTime(-1, 0, List.of()));
          } catch (NodeException.NotPrimaryLessor demoted) {
            // Clients retry this one (spec/api.md 9).
            throw new NodeException.LeaderChanged();
          }
        });
  }

  /**
   * The time of a lease as this member keeps it; empty if the lease is unknown.
   *
   * @throws NodeException.NotPrimaryLessor if another member keeps it
   */
  public Optional<OtherMembers.LeaseTime> timeHere(long leaseId, boolean withKeys) {
    Optional<Lease> lease = stores.lessor().lease(leaseId);
    Optional<Long> left = nanosLeft(leaseId);
    // Asked last: a clock that stopped meanwhile knows of no renewals.
    if (!times.isPrimary()) {
      throw new NodeException.NotPrimaryLessor();
    }
    if (lease.isEmpty() || left.isEmpty()) {
      return Optional.empty();
    }
    List<byte[]> keys = withKeys ? stores.lessor().sortedKeys(lease.get()) : List.of();
    // Whole seconds, cut towards zero as Go does it.
    return Optional.of(
        new OtherMembers.LeaseTime(
            left.get() / SECOND_NANOS, lease.get().ttlSeconds(), List.copyOf(keys)));
  }

  /** Leases come and go on the apply thread. */
  private final class Changes implements LeaseListener {
    @Override
    public void granted(Lease lease) {
      times.granted(lease.id(), lease.ttlSeconds(), clock.nanos());
    }

    @Override
    public void revoked(Lease lease) {
      times.revoked(lease.id());
      ended(lease.id());
    }
  }
}
