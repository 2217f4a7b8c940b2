package io.quorate.node;

import io.quorate.backend.Backend;
import io.quorate.backend.BackendListener;
import io.quorate.backend.BackendOptions;
import io.quorate.io.Clock;
import io.quorate.io.Failpoints;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.mvcc.HashWalk;
import io.quorate.mvcc.KeyRange;
import io.quorate.mvcc.MvccListener;
import io.quorate.mvcc.MvccOptions;
import io.quorate.mvcc.RangeOptions;
import io.quorate.node.duty.Versions;
import io.quorate.node.loop.Loop;
import io.quorate.node.port.PeerQueries;
import io.quorate.node.recovery.DataDirectory;
import io.quorate.node.recovery.FoundingCluster;
import io.quorate.node.recovery.Recovered;
import io.quorate.node.recovery.Recovery;
import io.quorate.statemachine.ApplyListener;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.StateMachine;
import io.quorate.statemachine.StateMachineOptions;
import io.quorate.statemachine.alarm.Quota;
import io.quorate.statemachine.membership.Membership;
import io.quorate.statemachine.request.ProtoWriter;
import io.quorate.statemachine.request.Put;
import io.quorate.wal.SnapshotDirectory;
import io.quorate.wal.WalDirectory;
import io.quorate.wal.WalListener;
import io.quorate.wal.WalOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.helpers.NOPLogger;

/** One member on one thread: a disk in memory, a clock that the test moves. */
public final class LoneMember {
  private static final long STEP_NANOS = 10_000_000L;

  /**
   * How it is started. The start's seconds are those of the clock, which like a real one must not
   * go back: request ids are made of it.
   */
  public static final class Setup implements Cloneable {
    public static final Setup DEFAULT = new Setup();

    private String name = "a";
    private String peerUrl = "http://127.0.0.1:1";
    private String token = "token";
    private long snapshotCount = 10_000;
    private long logBytes = 1 << 30;
    private long startSeconds = 1;
    private int maxRequestBytes = 1 << 20;
    private boolean leaseCheckpoints;
    private boolean advanceTicks = true;
    private Failpoints failpoints = Failpoints.NONE;

    private Setup() {}

    private Setup with(Consumer<Setup> change) {
      try {
        Setup other = (Setup) clone();
        change.accept(other);
        return other;
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }

    String token() {
      return token;
    }

    /** Another of the same cluster. */
    Setup named(String other, String url) {
      return with(it -> {
        it.name = other;
        it.peerUrl = url;
      });
    }

    Setup token(String text) {
      return with(it -> it.token = text);
    }

    Setup snapshotCount(long count) {
      return with(it -> it.snapshotCount = count);
    }

    Setup logBytes(long bytes) {
      return with(it -> it.logBytes = bytes);
    }

    Setup startSeconds(long seconds) {
      return with(it -> it.startSeconds = seconds);
    }

    Setup maxRequestBytes(int bytes) {
      return with(it -> it.maxRequestBytes = bytes);
    }

    Setup failpoints(Failpoints points) {
      return with(it -> it.failpoints = points);
    }

    /** With the feature gate LeaseCheckpoint. */
    Setup withLeaseCheckpoints() {
      return with(it -> it.leaseCheckpoints = true);
    }

    Setup withoutTickAdvance() {
      return with(it -> it.advanceTicks = false);
    }
  }

  private final TestClock clock;
  private final Member member;

  LoneMember(MemoryDisk disk, long snapshotCount, long startSeconds) {
    this(disk, Setup.DEFAULT.snapshotCount(snapshotCount).startSeconds(startSeconds));
  }

  /** Starts on {@code disk}, from what is there or anew. */
  public LoneMember(MemoryDisk disk, Setup setup) {
    clock = new TestClock(setup.startSeconds * 1_000_000_000L);
    var urls = new TreeMap<String, List<String>>();
    urls.put(setup.name, List.of(setup.peerUrl));
    member =
        start(
            disk,
            setup,
            new FoundingCluster(urls, setup.token),
            Member.Network.NONE,
            clock,
            NOPLogger.NOP_LOGGER);
  }

  /** A member of {@code cluster} on {@code disk}, from what is there or anew. */
  public static Member start(
      MemoryDisk disk,
      Setup setup,
      FoundingCluster cluster,
      Member.Network network,
      Clock clock,
      Logger log) {
    var directory =
        new DataDirectory(disk, Path.of("/data"), Optional.empty(), NOPLogger.NOP_LOGGER);
    var segments =
        new WalDirectory(
            disk,
            directory.wal(),
            new WalOptions(64 * 1024, false),
            clock,
            setup.failpoints,
            WalListener.NONE,
            NOPLogger.NOP_LOGGER);
    var snapshots =
        new SnapshotDirectory(
            disk, directory.snap(), clock, WalListener.NONE, NOPLogger.NOP_LOGGER);
    var recovery =
        new Recovery(
            disk,
            directory,
            segments,
            snapshots,
            () ->
                Backend.open(
                    disk,
                    directory.database(),
                    BackendOptions.DEFAULT.withInitialMapBytes(16 << 20),
                    clock,
                    setup.failpoints,
                    NOPLogger.NOP_LOGGER,
                    BackendListener.NONE),
            Recovery.Options.DEFAULT,
            NOPLogger.NOP_LOGGER);
    Recovered found =
        recovery.hasLog()
            ? recovery.restart(Optional.of(cluster))
            : recovery.found(
                cluster,
                setup.name,
                List.of(setup.peerUrl),
                FoundingCluster.UrlComparison.TEXT,
                PeerQueries.NONE);
    var stateMachine =
        StateMachine.open(
            found.backend(),
            found.v2(),
            new StateMachineOptions(
                found.ids().nodeId(),
                Quota.of(0),
                2,
                false,
                new Membership.Options(1, Versions.SERVER),
                MvccOptions.DEFAULT,
                4),
            clock,
            setup.failpoints,
            NOPLogger.NOP_LOGGER,
            ApplyListener.NONE,
            MvccListener.NONE);
    var member =
        new Member(
            new MemberOptions(
                found.ids().nodeId(),
                found.ids().clusterId(),
                setup.name,
                List.of("http://127.0.0.1:2"),
                Duration.ofMillis(100),
                10,
                setup.advanceTicks,
                true,
                setup.snapshotCount,
                50,
                setup.logBytes,
                5,
                5,
                setup.maxRequestBytes,
                Duration.ofMinutes(10),
                setup.leaseCheckpoints,
                true,
                Duration.ofSeconds(5)),
            new Member.Origin(
                found.snapshot(),
                found.hardState(),
                found.entries(),
                found.newPeers(),
                found.wal(),
                found.segments(),
                found.snapshots(),
                List.of()),
            stateMachine,
            network,
            (revision, compact) -> Optional.empty(),
            clock,
            // Members of one cluster must not draw the same election times, nor similar ones.
            new Random(setup.name.hashCode() * 0x9E3779B97F4A7C15L),
            setup.failpoints,
            Member.Listeners.NONE,
            log,
            NOPLogger.NOP_LOGGER);
    member.loops().forEach(loop -> loop.onWork().accept(() -> {}));
    return member;
  }

  public Member member() {
    return member;
  }

  /** Polls every loop, time passing, until {@code goal} is done. */
  public <T> T await(CompletableFuture<T> goal) {
    for (int turn = 0; turn < 10_000 && !goal.isDone(); turn++) {
      turn();
    }
    if (!goal.isDone()) {
      throw new AssertionError("nothing came of it within 100 s of the member's time");
    }
    return goal.join();
  }

  /** Lets {@code turns} times 10 ms pass. */
  public void run(int turns) {
    for (int i = 0; i < turns; i++) {
      turn();
    }
  }

  /** As {@link #run}, but the loops of this class get no time: they hang. */
  void runWithout(Class<? extends Loop> hanging, int turns) {
    for (int i = 0; i < turns; i++) {
      turn(loop -> !hanging.isInstance(loop));
    }
  }

  private void turn() {
    turn(loop -> true);
  }

  private void turn(Predicate<Loop> alive) {
    member.loops().stream()
        .map(Member.NamedLoop::loop)
        .filter(alive)
        .forEach(loop -> poll(loop, clock.nanos()));
    clock.pass(STEP_NANOS);
  }

  /** Work that became ready meanwhile is done before time passes. */
  static void poll(Loop loop, long now) {
    for (int i = 0; i < 4 && loop.poll(now) <= 0; i++) {
      // again
    }
  }

  public CompletableFuture<Outcome> put(String key, String value) {
    return member.propose(
        Put.FIELD, new ProtoWriter().bytes(1, utf8(key)).bytes(2, utf8(value)).toByteArray());
  }

  /** How many keys there are. */
  long keys() {
    try (var view = member.stores().mvcc().view()) {
      return view.range(new KeyRange(new byte[1], new byte[1]), RangeOptions.DEFAULT).count();
    }
  }

  boolean has(String key) {
    try (var view = member.stores().mvcc().view()) {
      return view.get(utf8(key), 0).isPresent();
    }
  }

  /** HashKV at {@code revision}. */
  long hash(long revision) {
    try (HashWalk walk = member.stores().mvcc().hashByRevision(revision)) {
      while (!walk.step(1_000)) {
        // the next slice
      }
      return Integer.toUnsignedLong(walk.result().hash());
    }
  }

  long revision() {
    try (var view = member.stores().mvcc().view()) {
      return view.revision();
    }
  }

  /** The loops are done, as after a stop. */
  public void close() {
    for (Member.NamedLoop loop : member.loops()) {
      loop.loop().poll(clock.nanos());
    }
    member.close();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
