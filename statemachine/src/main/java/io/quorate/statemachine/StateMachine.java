package io.quorate.statemachine;

import io.quorate.backend.Backend;
import io.quorate.backend.BackendSnapshot;
import io.quorate.backend.schema.MetaKey;
import io.quorate.gotext.JsonReader;
import io.quorate.io.Clock;
import io.quorate.io.Failpoints;
import io.quorate.mvcc.MvccListener;
import io.quorate.mvcc.MvccStore;
import io.quorate.raft.codec.ConfChangeCodec;
import io.quorate.raft.codec.MalformedException;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryType;
import io.quorate.raft.message.Snapshot;
import io.quorate.statemachine.alarm.AlarmStore;
import io.quorate.statemachine.apply.Applier;
import io.quorate.statemachine.apply.AuthChanges;
import io.quorate.statemachine.apply.Stores;
import io.quorate.statemachine.auth.AuthStore;
import io.quorate.statemachine.lease.Lessor;
import io.quorate.statemachine.membership.Member;
import io.quorate.statemachine.membership.Membership;
import io.quorate.statemachine.membership.MembershipView;
import io.quorate.statemachine.membership.V2Store;
import io.quorate.statemachine.request.DecodeException;
import io.quorate.statemachine.request.InternalRequest;
import io.quorate.statemachine.request.V2RequestException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/**
 * The replicated state of one member. Entries go in by index, each exactly once; after each the
 * database's open batch holds its effects together with its index and term, so that the file can
 * never have one without the other (#13766).
 *
 * <p>A change of the configuration takes two steps, because raft must see it in between:
 *
 * <pre>
 * decision = decide(entry)              judged; nothing changed yet
 * confState = raft.apply(decision.change())
 * result = apply(entry, decision, confState)
 * </pre>
 *
 * Apply thread, but for what the stores say of themselves.
 */
public final class StateMachine {
  private final Stores stores;
  private final Applier applier;
  private final ApplyListener listener;
  private final Clock clock;
  private final Logger log;
  private final Failpoints.Point beforeNormal;
  private final Failpoints.Point beforeConfChange;
  private final Failpoints.Point afterDecision;
  private long term;

  private StateMachine(
      Stores stores,
      StateMachineOptions options,
      Clock clock,
      Failpoints failpoints,
      Logger log,
      ApplyListener listener) {
    this.stores = stores;
    this.applier =
        new Applier(
            stores,
            options.quota(),
            options.persistLeaseCheckpoints(),
            new AuthChanges(stores.auth(), options.bcryptCost(), log));
    this.listener = listener;
    this.clock = clock;
    this.log = log;
    this.beforeNormal = failpoints.point("beforeApplyOneEntryNormal");
    this.beforeConfChange = failpoints.point("beforeApplyOneConfChange");
    this.afterDecision = failpoints.point("afterIsMemberExist");
  }

  /**
   * Reads everything from {@code backend}.
   *
   * @param v2 the membership in the snapshot that the log starts after ({@link V2Store#read}),
   *     {@link MembershipView#EMPTY} without one
   * @throws io.quorate.statemachine.membership.InvalidDowngradeException if the cluster is newer
   *     than this program
   */
  public static StateMachine open(
      Backend backend,
      MembershipView v2,
      StateMachineOptions options,
      Clock clock,
      Failpoints failpoints,
      Logger log,
      ApplyListener listener,
      MvccListener mvccListener) {
    AuthStore auth = new AuthStore(backend);
    auth.recover();
    auth.initialize();
    backend.endUpkeep();
    Membership membership = new Membership(backend, options.membership(), log);
    membership.recover(v2);
    Lessor lessor = new Lessor(backend, options.minLeaseTtlSeconds(), log);
    lessor.recover();
    // The leases must be there before the store names the keys that hang on them.
    MvccStore mvcc =
        MvccStore.restore(
            backend, options.mvcc(), clock, failpoints, log, mvccListener, lessor::attachRecovered);
    try {
      AlarmStore alarms = new AlarmStore(backend);
      alarms.recover();
      // What recovery put right goes to the disk with the index as it stands.
      backend.endUpkeep();
      return new StateMachine(
          new Stores(backend, mvcc, lessor, alarms, auth, membership),
          options,
          clock,
          failpoints,
          log,
          listener);
    } catch (RuntimeException | Error e) {
      mvcc.close();
      throw e;
    }
  }

  /**
   * After {@link Backend#reload} and {@link Backend#reloaded}: every store reads the received
   * database (#14571 was one that did not).
   *
   * @param v2 the membership in the received snapshot
   */
  public void reload(MembershipView v2) {
    log.atInfo().log("restoring lease store");
    stores.lessor().recover();
    log.atInfo().log("restored lease store");
    log.atInfo().log("restoring mvcc store");
    stores.mvcc().reload(stores.lessor()::attachRecovered);
    stores.lessor().recovered();
    log.atInfo()
        .addKeyValue("consistent-index", stores.backend().appliedIndex())
        .log("restored mvcc store");
    log.atInfo().log("restoring alarm store");
    stores.alarms().recover();
    log.atInfo().log("restored alarm store");
    log.atInfo().log("restoring auth store");
    stores.auth().recover();
    log.atInfo().log("restored auth store");
    log.atInfo().log("restoring v2 store");
    log.atInfo().log("restored v2 store");
    log.atInfo().log("restoring cluster configuration");
    stores.membership().recover(v2);
    log.atInfo().log("restored cluster configuration");
    stores.backend().endUpkeep();
  }

  /** The stores, to be read. Only {@code apply} writes. */
  public Stores stores() {
    return stores;
  }

  /** The index of the last entry applied, in memory; the file may be behind. */
  public long appliedIndex() {
    return stores.backend().appliedIndex();
  }

  /** The term of the last entry applied since the process started; 0 before the first. */
  public long appliedTerm() {
    return term;
  }

  /**
   * What a raft snapshot at {@code index}, the last entry that was given to this, carries beside
   * the database: the membership as it was then. Entries that the database has already are judged
   * by it when they are read again, so it must not know what they bring.
   */
  public byte[] snapshotData(long index) {
    Membership membership = stores.membership();
    boolean readAgain = Long.compareUnsigned(index, appliedIndex()) < 0;
    return V2Store.write(readAgain ? membership.v2View() : membership.view());
  }

  /**
   * What raft tells a member that gets {@code database}: index, term, configuration and membership
   * as they lie in it, so that the two cannot disagree whatever was applied meanwhile.
   */
  public static Snapshot raftSnapshot(BackendSnapshot database) {
    MembershipView members = Membership.read(database);
    ConfState confState =
        database
            .get(MetaKey.CONF_STATE)
            .map(ConfStateJson::decode)
            .filter(stored -> isOf(stored, members))
            .orElseGet(() -> configurationOf(members));
    return new Snapshot(
        V2Store.write(members), confState, database.appliedIndex(), database.appliedTerm());
  }

  /**
   * Whether {@code stored} may be believed. A restored database holds that of the cluster it was
   * taken from until its first change (spec/storage.md 8.3); a receiver that is not in there would
   * ignore the snapshot. What a joint configuration is like, the members alone do not say.
   */
  private static boolean isOf(ConfState stored, MembershipView members) {
    return !stored.votersOutgoing().isEmpty()
        || !stored.learnersNext().isEmpty()
        || isOf(stored.voters(), members.voters()) && isOf(stored.learners(), members.learners());
  }

  private static boolean isOf(List<Long> ids, List<Member> members) {
    return Set.copyOf(ids)
        .equals(members.stream().map(Member::id).collect(Collectors.toUnmodifiableSet()));
  }

  /** Files of 3.4 and restored ones say it only this way. */
  private static ConfState configurationOf(MembershipView members) {
    return new ConfState(
        members.voters().stream().map(Member::id).toList(),
        members.learners().stream().map(Member::id).toList(),
        List.of(),
        List.of(),
        false);
  }

  /**
   * Applies a normal entry.
   *
   * @param awaited tells whether somebody on this member waits for a request id
   * @throws UnappliableEntryException if this version cannot; the entry does not count as applied,
   *     and the member must stop
   */
  public ApplyResult apply(Entry entry, Awaited awaited) {
    if (entry.type() != EntryType.NORMAL) {
      throw new UnappliableEntryException(entry.index(), "it is a " + entry.type());
    }
    beforeNormal.fire();
    boolean known = known(entry);
    byte[] data = entry.data();
    if (data == null || data.length == 0) {
      return finish(entry, known, new ApplyResult.Empty());
    }
    try {
      InternalRequest request = InternalRequest.decode(data);
      if (known) {
        applier.applyKnown(request);
        return finish(entry, true, new ApplyResult.Known());
      }
      long start = clock.nanos();
      Outcome outcome = applier.apply(request, entry.index(), awaited.by(request.id()));
      if (isCounted(outcome)) {
        long nanos = clock.nanos() - start;
        listener.applied(OpName.of(request.request()), OpName.success(outcome), nanos);
        listener.applied(request, outcome, entry.term(), nanos);
      }
      return finish(entry, false, new ApplyResult.Applied(request.id(), outcome));
    } catch (DecodeException
        | V2RequestException
        | JsonReader.MalformedException
        | IllegalArgumentException
        | IllegalStateException e) {
      throw new UnappliableEntryException(entry.index(), String.valueOf(e.getMessage()), e);
    }
  }

  /** Metrics leave out what was not looked at (spec/server.md 8). */
  private static boolean isCounted(Outcome outcome) {
    return switch (outcome) {
      case Outcome.PassedOver _ -> false;
      case Outcome.Refused refused -> !(refused.error() instanceof ApplyError.NotAdmin);
      default -> true;
    };
  }

  /** Who waits for answers on this member. */
  @FunctionalInterface
  public interface Awaited {
    Awaited NOBODY = _ -> false;

    boolean by(long requestId);
  }

  /**
   * Judges a change of the configuration; nothing changes yet.
   *
   * @throws UnappliableEntryException if this version cannot read it
   */
  public Membership.Decision decide(Entry entry) {
    byte[] data = entry.data();
    if (entry.type() != EntryType.CONF_CHANGE || data == null) {
      throw new UnappliableEntryException(entry.index(), "it is a " + entry.type());
    }
    beforeConfChange.fire();
    try {
      Membership.Decision decision =
          stores.membership().decide(ConfChangeCodec.decode(data), known(entry));
      afterDecision.fire();
      return decision;
    } catch (MalformedException
        | JsonReader.MalformedException
        | IllegalArgumentException
        | IllegalStateException e) {
      throw new UnappliableEntryException(entry.index(), String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Completes a change of the configuration.
   *
   * @param decision what {@link #decide} said of this entry
   * @param confState what raft made of {@link Membership.Decision#change}
   */
  public ApplyResult apply(Entry entry, Membership.Decision decision, ConfState confState) {
    boolean accepted = decision.refusal().isEmpty();
    if (accepted) {
      stores.membership().change(decision);
      if (!decision.known()) {
        stores.backend().confState(ConfStateJson.encode(confState));
      }
    }
    long revision = stores.mvcc().revision();
    Outcome outcome =
        accepted
            ? new Outcome.Members(revision, stores.membership().view().list())
            : new Outcome.Refused(
                revision, new ApplyError.Membership(decision.refusal().orElseThrow()));
    return finish(
        entry,
        decision.known(),
        new ApplyResult.Reconfigured(decision.asCommitted(), accepted, decision.known(), outcome));
  }

  private boolean known(Entry entry) {
    return Long.compareUnsigned(entry.index(), appliedIndex()) <= 0;
  }

  private ApplyResult finish(Entry entry, boolean known, ApplyResult result) {
    if (!known) {
      stores.backend().applied(entry.index(), entry.term());
    }
    term = entry.term();
    return result;
  }
}
