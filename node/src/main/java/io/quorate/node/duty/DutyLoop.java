package io.quorate.node.duty;

import io.quorate.node.loop.Loop;
import io.quorate.statemachine.request.LeaseCheckpoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;

/**
 * The chores of a leader by the clock: ends leases (spec/api.md 9), checkpoints long ones, compacts
 * on its own, keeps cluster and storage version up. One thread.
 */
public final class DutyLoop implements Loop {
  /** How duties act on the member. */
  public interface Actions {
    /**
     * Whether this member leads: known at once while raft's clock ticks, asked of the others where
     * it does not. Never fails.
     */
    CompletableFuture<Boolean> leadsForSure();

    CompletableFuture<?> revoke(long leaseId);

    CompletableFuture<?> checkpoint(List<LeaseCheckpoint.Remaining> leases);

    /** Looks after cluster and storage version. */
    void checkVersions();

    /** A lease ended and was revoked. */
    void leaseExpired();
  }

  private static final long LEASE_PASS_NANOS = 500_000_000L;
  private static final long VERSION_NANOS = 4_000_000_000L;
  private static final long CHECKPOINT_NANOS = 300_000_000_000L;
  private static final long CHECKPOINT_FROM_SECONDS = 300;
  private static final int CHECKPOINT_BATCH = 1000;
  private static final int REVOKES_IN_FLIGHT = 16;
  private static final int WAITING_LIMIT = 16 * LeaseClock.REVOKE_LIMIT;

  /** A lease that has ended, and whether this member leads, who alone may revoke it. */
  private record LookedInto(long leaseId, boolean leads) {}

  private final LeaseClock leases;
  private final Optional<AutoCompaction> compaction;
  private final Actions actions;
  private final boolean checkpoints;
  private final long retryNanos;
  private final Logger log;
  private final ArrayDeque<Long> toRevoke = new ArrayDeque<>();
  // Looked into by any thread, acted on by this loop's.
  private final ConcurrentLinkedQueue<LookedInto> lookedInto = new ConcurrentLinkedQueue<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private boolean started;
  private long nextLeasePass;
  private long nextVersionCheck;
  private long nextCheckpoint;
  private volatile boolean versionsChanged;
  private volatile Runnable wake = () -> {};

  /**
   * @param checkpoints gate LeaseCheckpoint
   * @param retryNanos after which a revocation that failed is tried again
   */
  public DutyLoop(
      LeaseClock leases,
      Optional<AutoCompaction> compaction,
      Actions actions,
      boolean checkpoints,
      long retryNanos,
      Logger log) {
    this.leases = leases;
    this.compaction = compaction;
    this.actions = actions;
    this.checkpoints = checkpoints;
    this.retryNanos = retryNanos;
    this.log = log;
  }

  /** Sets how the loop's thread learns that there is something to do. */
  public void onWork(Runnable newWake) {
    wake = newWake;
  }

  /** The versions are looked at again soon. Any thread. */
  public void versionsChanged() {
    versionsChanged = true;
    wake.run();
  }

  @Override
  public long poll(long nowNanos) {
    if (!started) {
      started = true;
      nextLeasePass = nowNanos + LEASE_PASS_NANOS;
      nextVersionCheck = nowNanos;
      nextCheckpoint = nowNanos + CHECKPOINT_NANOS;
    }
    if (nowNanos - nextLeasePass >= 0) {
      nextLeasePass = nowNanos + LEASE_PASS_NANOS;
      findEnded(nowNanos);
    }
    revoke(nowNanos);
    if (checkpoints && nowNanos - nextCheckpoint >= 0) {
      nextCheckpoint = nowNanos + CHECKPOINT_NANOS;
      checkpoint(nowNanos);
    }
    if (versionsChanged || nowNanos - nextVersionCheck >= 0) {
      versionsChanged = false;
      nextVersionCheck = nowNanos + VERSION_NANOS;
      actions.checkVersions();
    }
    long delay = compaction.map(c -> c.poll(nowNanos)).orElse(UNTIL_WOKEN);
    long next = Math.min(nextLeasePass, nextVersionCheck);
    return Math.min(delay, Math.max(0, next - nowNanos));
  }

  private void findEnded(long nowNanos) {
    if (!leases.isPrimary() || toRevoke.size() >= WAITING_LIMIT) {
      return;
    }
    toRevoke.addAll(leases.ended(nowNanos, LeaseClock.REVOKE_LIMIT));
  }

  private void revoke(long nowNanos) {
    for (LookedInto next = lookedInto.poll(); next != null; next = lookedInto.poll()) {
      revoke(next, nowNanos);
    }
    while (!toRevoke.isEmpty() && inFlight.get() < REVOKES_IN_FLIGHT) {
      long id = toRevoke.remove();
      inFlight.incrementAndGet();
      CompletableFuture<Boolean> leads = actions.leadsForSure();
      if (leads.isDone()) {
        revoke(new LookedInto(id, leads.join()), nowNanos);
      } else {
        leads.thenAccept(answer -> {
          lookedInto.add(new LookedInto(id, answer));
          wake.run();
        });
      }
    }
  }

  private void revoke(LookedInto ended, long nowNanos) {
    long id = ended.leaseId;
    if (!ended.leads) {
      inFlight.decrementAndGet();
      log.atWarn()
          .addKeyValue("lease-id", "%016x".formatted(id))
          .log("Ignore the lease revoking request because current member isn't a leader");
      leases.retry(id, nowNanos + retryNanos);
    } else if (!leases.isRevoking(id)) {
      inFlight.decrementAndGet(); // it led anew meanwhile, and gave the lease all its time
    } else {
      actions.revoke(id).whenComplete((done, failure) -> revoked(id, nowNanos, failure));
    }
  }

  private void revoked(
      long id, long startNanos, @org.jspecify.annotations.Nullable Throwable failure) {
    inFlight.decrementAndGet();
    if (failure == null) {
      actions.leaseExpired();
    } else {
      log.atWarn()
          .addKeyValue("lease-id", "%016x".formatted(id))
          .addKeyValue(
              "error",
              failure instanceof CompletionException && failure.getCause() != null
                  ? failure.getCause()
                  : failure)
          .log("failed to revoke lease");
      leases.retry(id, startNanos + retryNanos);
    }
    wake.run();
  }

  private void checkpoint(long nowNanos) {
    if (leases.isPrimary()) {
      List<LeaseClock.Lease> all = leases.toCheckpoint(nowNanos, CHECKPOINT_FROM_SECONDS);
      actions
          .leadsForSure()
          .thenAccept(leads -> {
            if (leads) {
              checkpoint(all);
            }
          });
    }
  }

  private void checkpoint(List<LeaseClock.Lease> all) {
    var batch = new ArrayList<LeaseCheckpoint.Remaining>();
    for (LeaseClock.Lease lease : all) {
      batch.add(new LeaseCheckpoint.Remaining(lease.id(), lease.remainingSeconds()));
      if (batch.size() == CHECKPOINT_BATCH) {
        actions.checkpoint(List.copyOf(batch));
        batch.clear();
      }
    }
    if (!batch.isEmpty()) {
      actions.checkpoint(batch);
    }
  }
}
