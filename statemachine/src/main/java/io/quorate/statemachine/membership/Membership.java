package io.quorate.statemachine.membership;

import io.quorate.backend.Backend;
import io.quorate.backend.BackendSnapshot;
import io.quorate.backend.RecordVisitor;
import io.quorate.backend.schema.BucketName;
import io.quorate.backend.schema.MetaKey;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeType;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;

/**
 * The membership in the database, and beside it the v2 store's.
 *
 * <p>They are the same but during recovery. The log is then read again from the snapshot on, while
 * the database may be further: entries that it has already must not touch it again, yet their
 * changes of the configuration still have to be judged as they were. The v2 store starts where the
 * snapshot is and goes through every entry, so it judges those (spec/storage.md 6.3). From the
 * first entry that the database has not seen, both change together and are equal.
 *
 * <p>Written on the apply thread; {@link #view()} may be read from any.
 */
public final class Membership {
  private static final byte[] REMOVED = "removed".getBytes(StandardCharsets.US_ASCII);

  /**
   * What it needs to know.
   *
   * @param maxLearners {@code --max-learners}
   * @param serverVersion the version of etcd that this program is; a newer cluster is refused
   */
  public record Options(int maxLearners, Version serverVersion) {}

  private final Backend backend;
  private final Options options;
  private final Logger log;
  private final List<MembershipListener> listeners = new ArrayList<>();
  private volatile MembershipView view = MembershipView.EMPTY;
  private MembershipView v2View = MembershipView.EMPTY;

  public Membership(Backend backend, Options options, Logger log) {
    this.backend = backend;
    this.options = options;
    this.log = log;
  }

  /** Listeners are set once, before the first entry. */
  public void listen(MembershipListener listener) {
    listeners.add(listener);
  }

  /** The membership as the database has it. Any thread. */
  public MembershipView view() {
    return view;
  }

  /** The membership by the v2 store: behind {@link #view()} while old entries are read again. */
  public MembershipView v2View() {
    return v2View;
  }

  /**
   * Forgets everything and reads database and v2 store.
   *
   * @param v2 from the snapshot the log starts after; {@link MembershipView#EMPTY} without one
   * @throws InvalidDowngradeException if the cluster is newer than this program
   */
  public void recover(MembershipView v2) {
    MembershipView stored = read(backend::forEach, this::text);
    stored.clusterVersion().ifPresent(this::refuseNewer);
    v2View = v2;
    view = stored;
    repairLearners();
    listeners.forEach(listener -> listener.recovered(view));
  }

  /** The membership in a copy of the whole database. */
  public static MembershipView read(BackendSnapshot database) {
    return read(
        database::forEach,
        key -> database.get(key).map(bytes -> new String(bytes, StandardCharsets.UTF_8)));
  }

  /**
   * The members that {@link #recover} will find in {@code database}, before anything is opened on
   * it.
   */
  public static List<Member> membersIn(Backend database, MembershipView v2) {
    return members(database::forEach).values().stream()
        .map(member -> isPromotedIn(v2, member) ? member.promoted() : member)
        .toList();
  }

  private static TreeMap<Long, Member> members(BiConsumer<BucketName, RecordVisitor> records) {
    TreeMap<Long, Member> members = new TreeMap<>(Long::compareUnsigned);
    records.accept(
        BucketName.MEMBERS,
        (key, value) -> {
          Member member =
              Member.fromJson(
                  parseId(key.toArray(ValueLayout.JAVA_BYTE)),
                  value.toArray(ValueLayout.JAVA_BYTE));
          members.put(member.id(), member);
        });
    return members;
  }

  private static MembershipView read(
      BiConsumer<BucketName, RecordVisitor> records, Function<MetaKey, Optional<String>> texts) {
    TreeMap<Long, Member> members = members(records);
    TreeSet<Long> removed = new TreeSet<>(Long::compareUnsigned);
    records.accept(
        BucketName.MEMBERS_REMOVED,
        (key, _) -> removed.add(parseId(key.toArray(ValueLayout.JAVA_BYTE))));
    Optional<Version> version =
        texts
            .apply(MetaKey.CLUSTER_VERSION)
            .map(text ->
                Version.parse(text)
                    .orElseThrow(() -> new IllegalStateException("cluster version " + text)));
    Downgrade downgrade =
        texts
            .apply(MetaKey.DOWNGRADE)
            .map(text -> Downgrade.fromJson(text.getBytes(StandardCharsets.UTF_8)))
            .orElse(Downgrade.NONE);
    if (downgrade.enabled() && Version.parse(downgrade.targetVersion()).isEmpty()) {
      throw new IllegalStateException("downgrade target version " + downgrade.targetVersion());
    }
    return new MembershipView(members, removed, version, downgrade);
  }

  // Before 3.5.21 and 3.6.0 a promotion could reach the v2 store only (#19557).
  private void repairLearners() {
    for (Member learner : view.learners()) {
      if (isPromotedIn(v2View, learner)) {
        Member voter = learner.promoted();
        log.atWarn().addKeyValue("member", voter.logText()).log("Syncing member in v3store");
        view = view.with(voter);
        store(voter);
      }
    }
  }

  private static boolean isPromotedIn(MembershipView v2, Member member) {
    return member.isLearner()
        && v2.member(member.id()).filter(inV2 -> !inV2.isLearner()).isPresent();
  }

  /**
   * What a committed change of the configuration will do.
   *
   * @param change for raft: where it is refused, of node 0, which raft passes over
   * @param asCommitted as the entry has it
   * @param context the member in it; empty for a removal
   * @param refusal why it has no effect
   * @param known whether the database has seen this entry, so that only the v2 store changes
   */
  public record Decision(
      ConfChange change,
      ConfChange asCommitted,
      Optional<Member.Context> context,
      Optional<MembershipError> refusal,
      boolean known) {}

  /**
   * Judges a committed change.
   *
   * @param known whether the database has seen this entry already
   */
  public Decision decide(ConfChange change, boolean known) {
    Optional<Member.Context> context = context(change);
    MembershipView judge = known ? v2View : view;
    Optional<MembershipError> refusal = judge.check(change, context, options.maxLearners);
    refusal.ifPresent(why ->
        log.atError()
            .addKeyValue("shouldApplyV3", !known)
            .addKeyValue("error", why.text())
            .log("Validation on configuration change failed"));
    ConfChange forRaft =
        refusal.isEmpty()
            ? change
            : new ConfChange(change.id(), change.type(), 0, change.context());
    return new Decision(forRaft, change, context, refusal, known);
  }

  private static Optional<Member.Context> context(ConfChange change) {
    if (change.type() == ConfChangeType.REMOVE_NODE) {
      return Optional.empty();
    }
    byte[] json = change.context();
    if (json == null) {
      throw new IllegalStateException(
          "conf change of " + Member.hex(change.nodeId()) + " is empty");
    }
    Member.Context context = Member.Context.fromJson(0, json);
    if (context.member().id() != change.nodeId()) {
      throw new IllegalStateException(
          "conf change of "
              + Member.hex(change.nodeId())
              + " carries member "
              + Member.hex(context.member().id()));
    }
    return Optional.of(context);
  }

  /** Makes an accepted change. */
  public void change(Decision decision) {
    long id = decision.asCommitted.nodeId();
    if (decision.known) {
      v2View = v2View.with(decision.asCommitted, decision.context);
      if (decision.context.isPresent() && decision.context.get().promote()) {
        repairPromotion(id);
      } else {
        tellOfAddition(decision);
      }
      return;
    }
    MembershipView changed = view.with(decision.asCommitted, decision.context);
    changed
        .member(id)
        .ifPresentOrElse(
            this::store,
            () -> {
              backend.delete(BucketName.MEMBERS, key(id));
              backend.put(BucketName.MEMBERS_REMOVED, key(id), REMOVED);
            });
    become(changed);
    if (decision.asCommitted.type() == ConfChangeType.UPDATE_NODE) {
      changed
          .member(id)
          .ifPresent(member -> listeners.forEach(listener -> listener.updated(member)));
    }
  }

  /** The database has seen the promotion of a learner; but did it promote him? */
  private void repairPromotion(long id) {
    Optional<Member> member = view.member(id);
    if (member.isEmpty()) {
      return; // removed since
    }
    if (member.get().isLearner()) {
      Member voter = member.get().promoted();
      log.atInfo()
          .addKeyValue("member", voter.logText())
          .log("Forcibly apply member promotion request in v3store");
      MembershipView before = view;
      view = view.with(voter);
      store(voter);
      backend.endUpkeep();
      listeners.forEach(listener -> listener.changed(before, view));
      return;
    }
    listeners.forEach(listener -> listener.promotedBefore(id));
  }

  private void tellOfAddition(Decision decision) {
    ConfChangeType type = decision.asCommitted.type();
    if (type == ConfChangeType.ADD_NODE || type == ConfChangeType.ADD_LEARNER_NODE) {
      v2View
          .member(decision.asCommitted.nodeId())
          .filter(member -> view.member(member.id()).isPresent())
          .ifPresent(member -> listeners.forEach(listener -> listener.addedBefore(member)));
    }
  }

  /** Members that the database knows and the last raft snapshot does not. */
  public List<Member> missingInSnapshot() {
    return view.list().stream().filter(member -> v2View.member(member.id()).isEmpty()).toList();
  }

  /** A member has published its name and client URLs. One that is removed is passed over. */
  public void attributes(long id, String name, List<String> clientUrls, boolean known) {
    MembershipView target = known ? v2View : view;
    Optional<Member> member = target.member(id);
    if (member.isEmpty()) {
      if (!known && !view.removed().contains(id)) {
        throw new IllegalStateException(
            "attributes of " + Member.hex(id) + ", which is no member and never was");
      }
      return;
    }
    Member started = member.get().withAttributes(name, clientUrls);
    if (known) {
      v2View = v2View.with(started);
    } else {
      store(started);
      become(view.with(started));
    }
  }

  /**
   * The leader has determined the version of the cluster.
   *
   * @throws InvalidDowngradeException if this program is older
   */
  public void clusterVersion(Version version, boolean known) {
    if (known) {
      v2View = v2View.with(version);
      view.clusterVersion()
          .ifPresent(
              now -> listeners.forEach(listener -> listener.clusterVersionSetBefore(now, version)));
      return;
    }
    refuseNewer(version);
    Optional<Version> before = view.clusterVersion();
    put(MetaKey.CLUSTER_VERSION, version.toString());
    become(view.with(version));
    listeners.forEach(listener -> listener.clusterVersionSet(before, version));
  }

  public void downgrade(Downgrade downgrade) {
    put(MetaKey.DOWNGRADE, downgrade.toJson());
    become(view.with(downgrade));
  }

  private void become(MembershipView changed) {
    MembershipView before = view;
    view = changed;
    v2View = changed;
    listeners.forEach(listener -> listener.changed(before, changed));
  }

  private void refuseNewer(Version cluster) {
    if (options.serverVersion.majorMinor().compareTo(cluster.majorMinor()) < 0) {
      throw new InvalidDowngradeException(options.serverVersion, cluster);
    }
  }

  private void store(Member member) {
    backend.put(BucketName.MEMBERS, key(member.id()), Member.utf8(member.toJson()));
  }

  private static byte[] key(long id) {
    return Member.hex(id).getBytes(StandardCharsets.US_ASCII);
  }

  private static long parseId(byte[] key) {
    return Long.parseUnsignedLong(new String(key, StandardCharsets.US_ASCII), 16);
  }

  private Optional<String> text(MetaKey key) {
    return backend
        .get(key.bucket(), key.bytes())
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  private void put(MetaKey key, String value) {
    backend.put(key.bucket(), key.bytes(), Member.utf8(value));
  }
}
