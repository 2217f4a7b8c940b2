package io.quorate.node.recovery;

import io.quorate.backend.Backend;
import io.quorate.backend.schema.MetaKey;
import io.quorate.gotext.GoBytes;
import io.quorate.io.Disk;
import io.quorate.io.DiskException;
import io.quorate.node.port.PeerQueries;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Snapshot;
import io.quorate.statemachine.membership.Member;
import io.quorate.statemachine.membership.Membership;
import io.quorate.statemachine.membership.MembershipError;
import io.quorate.statemachine.membership.MembershipView;
import io.quorate.statemachine.membership.Version;
import io.quorate.wal.SnapshotDirectory;
import io.quorate.wal.Wal;
import io.quorate.wal.WalContents;
import io.quorate.wal.WalDirectory;
import io.quorate.wal.WalException;
import io.quorate.wal.WalMetadata;
import io.quorate.wal.WalSnapshot;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * Decides from the data directory what to start with, and reads it.
 *
 * <pre>
 *   a log is there       {@link #restart}: newest .snap it marks → a database at least as new →
 *                        the log from there on
 *   no log, new          {@link #found}: ids from the flags, an empty log, raft is bootstrapped
 *   no log, existing     {@link #join}: ids from the other members, an empty log
 * </pre>
 *
 * One thread, before any loop runs. Nothing stays open after a failure.
 */
public final class Recovery {
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(1);
  private static final Version OLDEST_SCHEMA = Version.of(3, 5);
  private static final Version NEWEST_SCHEMA = Version.of(3, 6);

  /**
   * @param allowV2Content {@code --v2-deprecation=write-only-skip-check}
   * @param forceNewCluster {@code --force-new-cluster}; matters only where a log is
   * @param maxLearners {@code --max-learners}
   */
  public record Options(boolean allowV2Content, boolean forceNewCluster, int maxLearners) {
    public static final Options DEFAULT = new Options(false, false, 1);
  }

  private final Disk disk;
  private final DataDirectory directory;
  private final WalDirectory segments;
  private final SnapshotDirectory snapshots;
  private final Supplier<Backend> openBackend;
  private final Options options;
  private final Logger log;

  /**
   * @param openBackend opens or makes the database at {@link DataDirectory#database()}; called
   *     again where the first one had to give way
   */
  public Recovery(
      Disk disk,
      DataDirectory directory,
      WalDirectory segments,
      SnapshotDirectory snapshots,
      Supplier<Backend> openBackend,
      Options options,
      Logger log) {
    this.disk = disk;
    this.directory = directory;
    this.segments = segments;
    this.snapshots = snapshots;
    this.openBackend = openBackend;
    this.options = options;
    this.log = log;
  }

  /** Whether a log is there, so that flags about the initial cluster do not matter. */
  public boolean hasLog() {
    return segments.hasLog();
  }

  /**
   * Starts from the log that is there.
   *
   * @param founding the cluster by the flags, if its state is new: a power cut between the making
   *     of a log and its first entries left a log that says nothing but whose it is
   * @throws CannotStartException in the original's words
   */
  public Recovered restart(Optional<FoundingCluster> founding) {
    return reporting(() -> {
      prepare();
      directory.requireWritableLog();
      return openRestarted(founding);
    });
  }

  /**
   * Founds {@code cluster} as its member {@code name}.
   *
   * @param advertised {@code --initial-advertise-peer-urls}
   * @param comparison how URLs are compared that are not the same text
   * @throws CannotStartException in the original's words
   */
  public Recovered found(
      FoundingCluster cluster,
      String name,
      List<String> advertised,
      FoundingCluster.UrlComparison comparison,
      PeerQueries peers) {
    return reporting(() -> {
      prepare();
      cluster.validate(name, advertised, comparison);
      WalMetadata ids = cluster.idsOf(name);
      refuseSecondFounding(cluster, ids.nodeId(), peers);
      return openEmpty(ids, Optional.of(cluster));
    });
  }

  /**
   * Starts a member that others have added already.
   *
   * @param others asks them who this one is
   * @throws CannotStartException in the original's words
   */
  public Recovered join(Supplier<JoiningCluster> others) {
    return reporting(() -> {
      prepare();
      JoiningCluster cluster = others.get();
      refuseTooManyLearners(cluster.members());
      return openEmpty(cluster.ids(), Optional.empty());
    });
  }

  private void refuseTooManyLearners(List<Member> members) {
    if (members.stream().filter(Member::isLearner).count() > options.maxLearners) {
      throw CannotStartException.bootstrap(MembershipError.TOO_MANY_LEARNERS.text());
    }
  }

  private Recovered reporting(Supplier<Recovered> start) {
    try {
      return start.get();
    } catch (CannotStartException e) {
      report(e);
      throw e;
    } catch (DiskException e) {
      var failure = CannotStartException.bootstrap(String.valueOf(e.getMessage()), e);
      report(failure);
      throw failure;
    }
  }

  private void report(CannotStartException failure) {
    if (failure.isBootstrapError()) {
      log.atError().addKeyValue("error", failure.getMessage()).log("bootstrap failed");
    }
  }

  private void prepare() {
    directory.prepare();
    snapshots.deleteOrphans();
  }

  private static void refuseSecondFounding(FoundingCluster cluster, long self, PeerQueries peers) {
    List<String> others =
        cluster.members().stream()
            .filter(member -> member.id() != self)
            .flatMap(member -> member.peerUrls().stream())
            .sorted()
            .toList();
    if (others.isEmpty()) {
      return;
    }
    peers
        .cluster(others, PROBE_TIMEOUT, false)
        .flatMap(remote ->
            remote.members().stream()
                .filter(member -> member.id() == self && !member.clientUrls().isEmpty())
                .findAny())
        .ifPresent(member -> {
          throw CannotStartException.bootstrap(
              "member " + Member.hex(self) + " has already been bootstrapped");
        });
  }

  private Recovered openEmpty(WalMetadata ids, Optional<FoundingCluster> founding) {
    boolean databaseExisted = disk.exists(directory.database());
    Backend backend = openBackend.get();
    try {
      if (databaseExisted) {
        checkSchema(backend);
      }
      if (backend.appliedIndex() != 0) {
        warnThatTheLogIsShort(backend.appliedIndex(), 0);
      }
      log.atInfo().log("bootstrapping cluster");
      log.atInfo().log("bootstrapping storage");
      Wal wal = create(ids, founding.map(FoundingCluster::members).orElse(List.of()));
      log.atInfo().log("bootstrapping raft");
      log.atInfo()
          .addKeyValue("local-member-id", Member.hex(ids.nodeId()))
          .addKeyValue("cluster-id", Member.hex(ids.clusterId()))
          .log("starting local member");
      return new Recovered(
          ids,
          Optional.empty(),
          MembershipView.EMPTY,
          HardState.EMPTY,
          List.of(),
          founding.map(FoundingCluster::peers).orElse(List.of()),
          backend,
          wal,
          segments,
          snapshots);
    } catch (RuntimeException | Error e) {
      backend.close();
      throw e;
    }
  }

  private Wal create(WalMetadata ids, List<Member> founders) {
    Wal wal;
    try {
      wal = segments.create(ids);
    } catch (DiskException e) {
      throw CannotStartException.panic("failed to create WAL", String.valueOf(e.getMessage()));
    }
    try {
      // None of them is a learner, but the limit may be negative.
      refuseTooManyLearners(founders);
      return wal;
    } catch (CannotStartException e) {
      wal.close();
      throw e;
    }
  }

  private Recovered openRestarted(Optional<FoundingCluster> founding) {
    boolean databaseExisted = disk.exists(directory.database());
    Backend backend = openBackend.get();
    boolean open = true;
    try {
      Optional<ChosenSnapshot> chosen =
          ChosenSnapshot.choose(segments, snapshots, options.allowV2Content, log);
      if (chosen.isEmpty()) {
        log.atInfo().log("No snapshot found. Recovering WAL from scratch!");
      }
      if (chosen.isPresent()) {
        long consistentIndex = databaseExisted ? backend.appliedIndex() : 0;
        if (chosen.get().isAheadOf(consistentIndex)) {
          log.atInfo()
              .addKeyValue("consistent-index", consistentIndex)
              .addKeyValue("snapshot-index", chosen.get().snapshot().index())
              .log("Recovering from snapshot backend");
          backend.close();
          open = false;
          chosen.get().installDatabase(disk, snapshots, directory.database(), log);
          backend = openBackend.get();
          open = true;
        } else {
          log.atInfo()
              .addKeyValue("consistent-index", backend.appliedIndex())
              .addKeyValue("snapshot-index", chosen.get().snapshot().index())
              .log("Skipping snapshot backend");
        }
        if (databaseExisted) {
          chosen.get().compare(backend.appliedIndex(), directory.database(), log);
        }
      }
      if (databaseExisted) {
        checkSchema(backend);
      } else if (holdsCluster(backend)) {
        // It came with a snapshot, in the place of one that a version 3 cluster must have had.
        backend.close();
        open = false;
        disk.delete(directory.database());
        throw CannotStartException.bootstrap(
            "database file (" + directory.database() + ") of the backend is missing");
      }
      return readLog(founding, chosen, backend);
    } catch (RuntimeException | Error e) {
      if (open) {
        backend.close();
      }
      throw e;
    }
  }

  private Recovered readLog(
      Optional<FoundingCluster> founding, Optional<ChosenSnapshot> chosen, Backend backend) {
    log.atInfo()
        .addKeyValue("backend-size-bytes", backend.sizeBytes())
        .addKeyValue("backend-size", GoBytes.format(backend.sizeBytes()))
        .addKeyValue("backend-size-in-use-bytes", backend.sizeInUseBytes())
        .addKeyValue("backend-size-in-use", GoBytes.format(backend.sizeInUseBytes()))
        .log("recovered v3 backend");
    log.atInfo().log("Bootstrapping WAL from snapshot");
    WalDirectory.Opened opened = open(chosen.map(ChosenSnapshot::mark).orElse(WalSnapshot.START));
    Wal wal = opened.wal();
    try {
      WalContents contents = opened.contents();
      // A segment without a single record has no metadata; raft knows no node 0.
      WalMetadata ids =
          contents
              .metadata()
              .filter(metadata -> metadata.nodeId() != 0)
              .orElseThrow(() -> CannotStartException.panic("cannot use none as id", ""));
      ConfState configuration = chosen.map(c -> c.snapshot().confState()).orElse(ConfState.EMPTY);
      Tail tail = new Tail(contents.hardState(), contents.entries());
      tail =
          mendTail(
              tail,
              configuration,
              ids.nodeId(),
              chosen.map(ChosenSnapshot::snapshot),
              backend,
              wal);
      long walCommit = tail.hardState.commit();
      if (options.forceNewCluster) {
        tail = forceNewCluster(tail, configuration, ids.nodeId(), backend.appliedIndex(), wal);
      }
      var line =
          log.atInfo()
              .addKeyValue("cluster-id", Member.hex(ids.clusterId()))
              .addKeyValue("local-member-id", Member.hex(ids.nodeId()));
      if (options.forceNewCluster) {
        line.addKeyValue("wal-commit-index", walCommit)
            .addKeyValue("commit-index", tail.hardState.commit())
            .log("forcing restart member");
      } else {
        line.addKeyValue("commit-index", tail.hardState.commit()).log("restarting local member");
      }
      log.atInfo().log("bootstrapping cluster");
      log.atInfo().log("bootstrapping storage");
      MembershipView v2 = chosen.map(ChosenSnapshot::v2).orElse(MembershipView.EMPTY);
      refuseTooManyLearners(Membership.membersIn(backend, v2));
      boolean saysNothing = chosen.isEmpty() && tail.entries.isEmpty() && tail.hardState.isEmpty();
      return new Recovered(
          ids,
          chosen.map(ChosenSnapshot::snapshot),
          v2,
          tail.hardState,
          tail.entries,
          founding
              .filter(cluster -> saysNothing && cluster.clusterId() == ids.clusterId())
              .map(FoundingCluster::peers)
              .orElse(List.of()),
          backend,
          wal,
          segments,
          snapshots);
    } catch (RuntimeException | Error e) {
      wal.close();
      throw e;
    }
  }

  private WalDirectory.Opened open(WalSnapshot from) {
    try {
      return segments.openRepaired(from);
    } catch (WalException.CannotStart e) {
      throw CannotStartException.fatal(e.stage(), String.valueOf(e.getMessage()), e);
    }
  }

  private record Tail(HardState hardState, List<Entry> entries) {}

  /**
   * Where the database has applied more than the log holds, the log's end was lost. The original
   * starts all the same, and then gives no answer to as many proposals as entries are missing,
   * seven seconds for each. A member that is (or will be) alone may put empty entries in their
   * place: the database has what was in them, and nobody else has the log.
   */
  private Tail mendTail(
      Tail tail,
      ConfState configuration,
      long self,
      Optional<Snapshot> snapshot,
      Backend backend,
      Wal wal) {
    long last =
        tail.entries.isEmpty()
            ? snapshot.map(Snapshot::index).orElse(0L)
            : tail.entries.getLast().index();
    long applied = backend.appliedIndex();
    if (Long.compareUnsigned(applied, last) <= 0) {
      return tail;
    }
    warnThatTheLogIsShort(applied, last);
    boolean alone = LogConfiguration.nodes(configuration, tail.entries).equals(Set.of(self));
    if (!alone && !options.forceNewCluster) {
      return tail;
    }
    long term = tail.hardState.term();
    long vote = tail.hardState.vote();
    if (Long.compareUnsigned(backend.appliedTerm(), term) > 0) {
      term = backend.appliedTerm();
      vote = 0;
    }
    List<Entry> missing = new ArrayList<>();
    for (long index = last + 1; index <= applied; index++) {
      missing.add(Entry.normal(term, index, null));
    }
    HardState state = new HardState(term, vote, applied);
    wal.append(state, missing);
    wal.sync();
    List<Entry> entries = new ArrayList<>(tail.entries);
    entries.addAll(missing);
    return new Tail(state, entries);
  }

  private void warnThatTheLogIsShort(long applied, long last) {
    log.atWarn()
        .addKeyValue("consistent-index", applied)
        .addKeyValue("last-index", last)
        .log("the database is ahead of the WAL, whose last entries are lost");
  }

  private Tail forceNewCluster(
      Tail tail, ConfState configuration, long self, long appliedIndex, Wal wal) {
    ForcedCluster forced =
        ForcedCluster.of(self, configuration, tail.hardState, tail.entries, appliedIndex);
    if (forced.dropped() > 0) {
      log.atInfo()
          .addKeyValue(
              "entry-index", tail.entries.get(tail.entries.size() - forced.dropped()).index())
          .addKeyValue("commit-index-from-wal", tail.hardState.commit())
          .addKeyValue("number-of-discarded-entries", forced.dropped())
          .log("discarding uncommitted WAL entries");
    }
    if (!forced.added().isEmpty()) {
      wal.append(HardState.EMPTY, forced.added());
      wal.sync();
    }
    return new Tail(forced.hardState(), forced.entries());
  }

  private void checkSchema(Backend backend) {
    Optional<Version> found =
        text(backend, MetaKey.STORAGE_VERSION)
            .flatMap(Version::parse)
            .or(() ->
                backend.appliedIndex() != 0 && backend.appliedTerm() != 0
                    ? Optional.of(OLDEST_SCHEMA)
                    : Optional.empty());
    if (found.isEmpty()) {
      log.atWarn()
          .log(
              "Failed to detect storage schema version. Please wait till wal snapshot before"
                  + " upgrading cluster.");
      return;
    }
    Version version = found.get().majorMinor();
    if (version.major() != NEWEST_SCHEMA.major()) {
      throw unusableSchema("changing major storage version is not supported");
    }
    if (version.compareTo(OLDEST_SCHEMA) < 0 || version.compareTo(NEWEST_SCHEMA) > 0) {
      throw unusableSchema("version \"" + version + "\" is not supported");
    }
  }

  private CannotStartException unusableSchema(String error) {
    log.atError().addKeyValue("error", error).log("Failed to validate schema");
    return CannotStartException.bootstrap(error);
  }

  private static boolean holdsCluster(Backend backend) {
    return text(backend, MetaKey.CLUSTER_VERSION)
        .flatMap(Version::parse)
        .filter(version -> version.compareTo(Version.of(3, 0)) >= 0)
        .isPresent();
  }

  private static Optional<String> text(Backend backend, MetaKey key) {
    return backend
        .get(key.bucket(), key.bytes())
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }
}
