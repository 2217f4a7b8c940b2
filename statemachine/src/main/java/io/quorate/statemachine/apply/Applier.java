package io.quorate.statemachine.apply;

import io.quorate.mvcc.KeyRange;
import io.quorate.mvcc.MvccException;
import io.quorate.mvcc.WriteTransaction;
import io.quorate.statemachine.ApplyError;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.alarm.ActiveAlarm;
import io.quorate.statemachine.alarm.Quota;
import io.quorate.statemachine.auth.Access;
import io.quorate.statemachine.auth.AuthView;
import io.quorate.statemachine.auth.Identity;
import io.quorate.statemachine.lease.Lease;
import io.quorate.statemachine.lease.Lessor;
import io.quorate.statemachine.membership.Downgrade;
import io.quorate.statemachine.membership.Version;
import io.quorate.statemachine.request.Alarm;
import io.quorate.statemachine.request.AuthRequest;
import io.quorate.statemachine.request.ClusterMemberAttrSet;
import io.quorate.statemachine.request.ClusterVersionSet;
import io.quorate.statemachine.request.Compaction;
import io.quorate.statemachine.request.DeleteRange;
import io.quorate.statemachine.request.DowngradeInfoSet;
import io.quorate.statemachine.request.DowngradeVersionTest;
import io.quorate.statemachine.request.InternalRequest;
import io.quorate.statemachine.request.LeaseCheckpoint;
import io.quorate.statemachine.request.LeaseGrant;
import io.quorate.statemachine.request.LeaseRevoke;
import io.quorate.statemachine.request.Put;
import io.quorate.statemachine.request.Range;
import io.quorate.statemachine.request.Request;
import io.quorate.statemachine.request.Txn;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What each request does. Apply thread.
 *
 * <p>The checks stand in a fixed order (spec/api.md 5.3), and each but the last refuses:
 *
 * <pre>
 * CORRUPT alarm → NOSPACE alarm → rights → the request itself → quota
 * </pre>
 *
 * A request over the quota is carried out like any other, because the size of the file differs
 * between members and must not decide what the state is; only its answer says that there is no
 * space.
 */
public final class Applier {
  private static final Version CHECKPOINTS_ARE_STORED = Version.of(3, 6);

  private final Stores stores;
  private final Quota quota;
  private final boolean persistCheckpoints;
  private final KeyChanges keys;
  private final AuthChanges auth;
  private CompletableFuture<Void> compaction = CompletableFuture.completedFuture(null);

  /**
   * @param persistCheckpoints whether remaining TTLs are stored whatever the cluster version
   */
  public Applier(Stores stores, Quota quota, boolean persistCheckpoints, AuthChanges auth) {
    this.stores = stores;
    this.quota = quota;
    this.persistCheckpoints = persistCheckpoints;
    this.keys = new KeyChanges(stores.lessor());
    this.auth = auth;
  }

  /**
   * Carries {@code request} out.
   *
   * @param index of its entry
   * @param awaited whether somebody on this member waits for the answer; if not, what only reads
   *     may be passed over
   */
  public Outcome apply(InternalRequest request, long index, boolean awaited) {
    Request asked = request.request();
    if (!awaited && onlyReads(asked)) {
      return new Outcome.PassedOver(revision());
    }
    Optional<ApplyError> refusal = refusal(request);
    if (refusal.isPresent()) {
      return refused(refusal.get());
    }
    return switch (asked) {
      case Range range -> range(range);
      case Put put -> withinQuota(Quota.cost(put), () -> put(put));
      case DeleteRange delete -> delete(delete);
      case Txn txn -> withinQuota(Quota.cost(txn), () -> txn(txn, awaited));
      case Compaction compact -> compact(compact);
      case LeaseGrant grant -> withinQuota(Quota.cost(grant), () -> grant(grant));
      case LeaseRevoke revoke -> revoke(revoke);
      case LeaseCheckpoint checkpoint -> checkpoint(checkpoint);
      case Alarm alarm -> alarm(alarm);
      case AuthRequest change -> auth.apply(change, index, revision());
      case ClusterVersionSet set -> clusterVersion(set);
      case ClusterMemberAttrSet set -> attributes(set);
      case DowngradeInfoSet set -> downgrade(set);
      case DowngradeVersionTest _ -> done();
    };
  }

  /**
   * An entry that the database has seen: only the v2 membership, which may be behind, learns of it.
   */
  public void applyKnown(InternalRequest request) {
    switch (request.request()) {
      case ClusterVersionSet set ->
          stores.membership().clusterVersion(version(set.version()), true);
      case ClusterMemberAttrSet set ->
          stores.membership().attributes(set.memberId(), set.name(), set.clientUrls(), true);
      case Range _,
          Put _,
          DeleteRange _,
          Txn _,
          Compaction _,
          LeaseGrant _,
          LeaseRevoke _,
          LeaseCheckpoint _,
          Alarm _,
          AuthRequest _,
          DowngradeInfoSet _,
          DowngradeVersionTest _ -> {}
    }
  }

  private static boolean onlyReads(Request request) {
    return request instanceof Range || request instanceof AuthRequest auth && auth.kind().reads();
  }

  // ---- checks, in their order ----

  private Optional<ApplyError> refusal(InternalRequest request) {
    Request asked = request.request();
    if (stores.alarms().any(ActiveAlarm.CORRUPT) && touchesKeysOrLeases(asked)) {
      return Optional.of(new ApplyError.CorruptCluster());
    }
    if (stores.alarms().any(ActiveAlarm.NOSPACE) && takesSpace(asked)) {
      return Optional.of(new ApplyError.NoSpace(false));
    }
    AuthView view = stores.auth().view();
    if (!view.enabled()) {
      return Optional.empty();
    }
    return rights(view, new Identity(request.username(), request.authRevision()), asked);
  }

  /** What is checked on every member alike; the rest is checked before it is proposed. */
  private Optional<ApplyError> rights(AuthView view, Identity caller, Request asked) {
    var access = new AccessChecks(view, stores.lessor(), caller);
    return switch (asked) {
      case Range range -> access.check(range).map(ApplyError.Auth::new);
      case Put put -> access.check(put).map(ApplyError.Auth::new);
      case DeleteRange delete -> access.check(delete).map(ApplyError.Auth::new);
      case Txn txn -> access.check(txn).map(ApplyError.Auth::new);
      case LeaseRevoke revoke ->
          access.checkLeaseKeys(revoke.id(), Access.WRITE).map(ApplyError.Auth::new);
      case AuthRequest.UserGet get ->
          get.user().equals(caller.user())
              ? Optional.empty()
              : view.checkAdmin(caller).map(ApplyError.Auth::new);
      case AuthRequest.RoleGet get ->
          view.hasRole(caller, get.role())
              ? Optional.empty()
              : view.checkAdmin(caller).map(ApplyError.Auth::new);
      case AuthRequest change ->
          change.kind().forAdmins()
              ? view.checkAdmin(caller).map(ApplyError.NotAdmin::new)
              : Optional.empty();
      case Compaction _,
          LeaseGrant _,
          LeaseCheckpoint _,
          Alarm _,
          ClusterVersionSet _,
          ClusterMemberAttrSet _,
          DowngradeInfoSet _,
          DowngradeVersionTest _ ->
          Optional.empty();
    };
  }

  private static boolean touchesKeysOrLeases(Request request) {
    return switch (request) {
      case Range _, Put _, DeleteRange _, Txn _, Compaction _, LeaseGrant _, LeaseRevoke _ -> true;
      case LeaseCheckpoint _,
          Alarm _,
          AuthRequest _,
          ClusterVersionSet _,
          ClusterMemberAttrSet _,
          DowngradeInfoSet _,
          DowngradeVersionTest _ ->
          false;
    };
  }

  private static boolean takesSpace(Request request) {
    return request instanceof Put
        || request instanceof LeaseGrant
        || request instanceof Txn txn && Quota.cost(txn) > 0;
  }

  private Outcome withinQuota(long costBytes, Supplier<Outcome> request) {
    boolean fits = quota.fits(stores.backend().sizeBytes(), costBytes);
    Outcome outcome = request.get();
    return fits || outcome instanceof Outcome.Refused
        ? outcome
        : refused(new ApplyError.NoSpace(!stores.alarms().any(ActiveAlarm.NOSPACE)));
  }

  // ---- keys ----

  private Outcome range(Range range) {
    WriteTransaction transaction = stores.mvcc().begin();
    try {
      return RangeReading.read(range, transaction);
    } catch (MvccException e) {
      return refused(error(e));
    } finally {
      transaction.end();
    }
  }

  private Outcome put(Put put) {
    Optional<ApplyError> error = Txns.checkLease(put, stores.lessor());
    if (error.isPresent()) {
      return refused(error.get());
    }
    WriteTransaction transaction = stores.mvcc().begin();
    try {
      if ((put.ignoreValue() || put.ignoreLease()) && !transaction.contains(put.key())) {
        transaction.looked();
        return refused(new ApplyError.KeyNotFound());
      }
      return keys.put(put, transaction);
    } finally {
      transaction.end();
    }
  }

  private Outcome delete(DeleteRange delete) {
    WriteTransaction transaction = stores.mvcc().begin();
    try {
      return keys.delete(delete, transaction);
    } finally {
      transaction.end();
    }
  }

  private Outcome txn(Txn txn, boolean awaited) {
    WriteTransaction transaction = stores.mvcc().begin();
    try {
      TxnPath path = TxnPath.of(txn, transaction);
      Optional<ApplyError> error =
          new Txns.Check(transaction, stores.lessor(), stores.mvcc().compactedRevision())
              .check(path);
      transaction.looksEnd();
      return error.isPresent() ? refused(error.get()) : keys.txn(path, transaction, awaited);
    } finally {
      transaction.end();
    }
  }

  private Outcome compact(Compaction compact) {
    Optional<ApplyError> error = Optional.empty();
    try {
      compaction = stores.mvcc().compact(compact.revision());
    } catch (MvccException e) {
      error = Optional.of(error(e));
    }
    return new Outcome.Compaction(revision(), error, compact.physical(), compaction);
  }

  private static ApplyError error(MvccException e) {
    return switch (e) {
      case MvccException.Compacted c ->
          new ApplyError.Compacted(c.revision(), c.compactedRevision());
      case MvccException.FutureRevision f ->
          new ApplyError.FutureRevision(f.revision(), f.currentRevision());
    };
  }

  // ---- leases ----

  private Outcome grant(LeaseGrant grant) {
    if (grant.ttl() > Lessor.MAX_TTL_SECONDS) {
      return refused(new ApplyError.LeaseTtlTooLarge(grant.ttl()));
    }
    // The server never proposes id 0; etcd answers it as not found.
    if (grant.id() == 0) {
      return refused(new ApplyError.LeaseNotFound(0));
    }
    if (stores.lessor().lease(grant.id()).isPresent()) {
      return refused(new ApplyError.LeaseExists(grant.id()));
    }
    Lease lease = stores.lessor().grant(grant.id(), grant.ttl());
    return new Outcome.LeaseGranted(revision(), lease.id(), lease.ttlSeconds());
  }

  private Outcome revoke(LeaseRevoke revoke) {
    Optional<Lease> lease = stores.lessor().lease(revoke.id());
    if (lease.isEmpty()) {
      return refused(new ApplyError.LeaseNotFound(revoke.id()));
    }
    WriteTransaction transaction = stores.mvcc().begin();
    try {
      // All in one revision, in byte order, so that every member numbers them alike.
      for (byte[] key : stores.lessor().sortedKeys(lease.get())) {
        transaction.deleteRange(KeyRange.single(key), stores.lessor()::detach);
      }
    } finally {
      transaction.end();
    }
    stores.lessor().revoke(lease.get());
    return new Outcome.LeaseRevoked(revision());
  }

  private Outcome checkpoint(LeaseCheckpoint checkpoint) {
    boolean persist =
        persistCheckpoints
            || stores
                .membership()
                .view()
                .clusterVersion()
                .filter(version -> version.compareTo(CHECKPOINTS_ARE_STORED) >= 0)
                .isPresent();
    for (LeaseCheckpoint.Remaining each : checkpoint.checkpoints()) {
      stores
          .lessor()
          .lease(each.id())
          .ifPresent(lease -> stores.lessor().checkpoint(lease, each.remainingTtl(), persist));
    }
    return done();
  }

  // ---- alarms ----

  private Outcome alarm(Alarm request) {
    ActiveAlarm alarm = new ActiveAlarm(request.memberId(), request.alarm());
    List<ActiveAlarm> answer =
        switch (request.action()) {
          case Alarm.GET -> stores.alarms().active(request.alarm());
          case Alarm.ACTIVATE -> {
            if (alarm.type() == ActiveAlarm.NONE) {
              yield List.of();
            }
            stores.alarms().activate(alarm);
            yield List.of(alarm);
          }
          case Alarm.DEACTIVATE -> stores.alarms().deactivate(alarm) ? List.of(alarm) : List.of();
          // Departure: etcd crashes here, on every member.
          default -> null;
        };
    return answer == null
        ? refused(new ApplyError.UnknownAlarmAction(request.action()))
        : new Outcome.Alarms(revision(), answer);
  }

  // ---- membership ----

  private Outcome clusterVersion(ClusterVersionSet set) {
    stores.membership().clusterVersion(version(set.version()), false);
    return done();
  }

  private static Version version(String text) {
    return Version.parse(text)
        .orElseThrow(() -> new IllegalArgumentException("cluster version " + text));
  }

  private Outcome attributes(ClusterMemberAttrSet set) {
    stores.membership().attributes(set.memberId(), set.name(), set.clientUrls(), false);
    return done();
  }

  private Outcome downgrade(DowngradeInfoSet set) {
    stores.membership().downgrade(new Downgrade(set.enabled(), set.enabled() ? set.version() : ""));
    return done();
  }

  // ---- answers ----

  private Outcome refused(ApplyError error) {
    return new Outcome.Refused(revision(), error);
  }

  private Outcome done() {
    return new Outcome.Done(revision());
  }

  private long revision() {
    return stores.mvcc().revision();
  }
}
