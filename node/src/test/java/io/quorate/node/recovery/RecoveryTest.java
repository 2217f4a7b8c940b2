package io.quorate.node.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quorate.backend.Backend;
import io.quorate.backend.BackendListener;
import io.quorate.backend.BackendOptions;
import io.quorate.backend.schema.BucketName;
import io.quorate.io.Clock;
import io.quorate.io.Disk;
import io.quorate.io.DiskFile;
import io.quorate.io.Failpoints;
import io.quorate.io.fixture.Fixtures;
import io.quorate.io.fixture.RecordingLogger;
import io.quorate.io.memory.Fate;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.io.memory.PowerCut;
import io.quorate.node.port.PeerQueries;
import io.quorate.raft.codec.ConfChangeCodec;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeType;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryType;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Snapshot;
import io.quorate.statemachine.membership.Member;
import io.quorate.wal.SnapshotDirectory;
import io.quorate.wal.WalDirectory;
import io.quorate.wal.WalListener;
import io.quorate.wal.WalMetadata;
import io.quorate.wal.WalOptions;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole recoveries, on directories that the original left. */
class RecoveryTest {
  private static final Clock CLOCK =
      new Clock() {
        @Override
        public long nanos() {
          return 0;
        }

        @Override
        public long epochMillis() {
          return 0;
        }
      };

  private final RecordingLogger log = new RecordingLogger();

  private Recovery recovery(Disk disk, Path data, Recovery.Options options) {
    DataDirectory directory = new DataDirectory(disk, data, Optional.empty(), log);
    return new Recovery(
        disk,
        directory,
        new WalDirectory(
            disk,
            directory.wal(),
            WalOptions.DEFAULT,
            CLOCK,
            Failpoints.NONE,
            WalListener.NONE,
            log),
        new SnapshotDirectory(disk, directory.snap(), CLOCK, WalListener.NONE, log),
        () ->
            Backend.open(
                disk,
                directory.database(),
                BackendOptions.DEFAULT.withInitialMapBytes(32 << 20),
                CLOCK,
                Failpoints.NONE,
                log,
                new BackendListener() {}),
        options,
        log);
  }

  private Recovered restart(Disk disk, String data) {
    return recovery(disk, Path.of(data), Recovery.Options.DEFAULT).restart(Optional.empty());
  }

  private static void close(Recovered recovered) {
    recovered.wal().close();
    recovered.backend().close();
  }

  /** Also that nothing stays open. */
  private CannotStartException refusal(MemoryDisk disk, String data, Recovery.Options options) {
    CannotStartException refusal =
        catchThrowableOfType(
            CannotStartException.class,
            () -> recovery(disk, Path.of(data), options).restart(Optional.empty()));
    assertThat(refusal).isNotNull();
    assertThat(disk.openFiles()).isEmpty();
    return refusal;
  }

  @ParameterizedTest
  @CsvSource({
    "killed-3.6/data.tar.gz, /data, ef486591e4be27fe, 7e41dd1e43fe7a80, 301, 416, 417, 301",
    "killed-default-3.6/data.tar.gz, /data, ef486591e4be27fe, 7e41dd1e43fe7a80, 0, 307, 309, 236",
    "killed-compacting-3.6/data.tar.gz, /data, ef486591e4be27fe, 7e41dd1e43fe7a80, 0, 126, 127, 127",
    "single-3.4/data.tar.gz, /data, b3749068f4106546, edee23f91b253a51, 404, 427, 427, 404",
    "single-3.5/data.tar.gz, /data, b3749068f4106546, edee23f91b253a51, 404, 426, 426, 426",
    "single-3.6/data.tar.gz, /data, b3749068f4106546, edee23f91b253a51, 404, 418, 418, 418",
    "cluster3-3.6/b.tar.gz, /b, f9dad91e11d4cf50, 2f116ee7c20aba5, 505, 519, 519, 519",
    "cluster3-3.6/d.tar.gz, /d, 19a02952c9bbd2d4, 2f116ee7c20aba5, 505, 519, 519, 519",
    "cluster3-3.6/e.tar.gz, /e, 91e612bc0a75deb2, 2f116ee7c20aba5, 503, 519, 519, 519",
  })
  void aRestartFindsWhatTheOriginalLeft(
      String archive,
      String data,
      String member,
      String cluster,
      long snapshot,
      long commit,
      long last,
      long applied) {
    MemoryDisk disk = Fixtures.unpack(archive, Path.of("/"));
    Recovered recovered = restart(disk, data);
    assertThat(Long.toHexString(recovered.ids().nodeId())).isEqualTo(member);
    assertThat(Long.toHexString(recovered.ids().clusterId())).isEqualTo(cluster);
    assertThat(recovered.snapshot().map(Snapshot::index).orElse(0L)).isEqualTo(snapshot);
    assertThat(recovered.hardState().commit()).isEqualTo(commit);
    assertThat(recovered.entries().getFirst().index()).isEqualTo(snapshot + 1);
    assertThat(recovered.lastIndex()).isEqualTo(last);
    assertThat(recovered.backend().appliedIndex()).isEqualTo(applied);
    assertThat(recovered.newPeers()).isEmpty();
    if (snapshot != 0) {
      assertThat(recovered.v2().member(recovered.ids().nodeId())).isPresent();
    }
    close(recovered);
    assertThat(disk.openFiles()).isEmpty();
  }

  @Test
  void aNewerStorageIsRefused() {
    MemoryDisk disk = Fixtures.unpack("single-3.7/data.tar.gz", Path.of("/"));
    assertThat(refusal(disk, "/data", Recovery.Options.DEFAULT))
        .hasMessage("version \"3.7.0\" is not supported");
    assertThat(log.lines)
        .contains("ERROR bootstrap failed error=version \"3.7.0\" is not supported");
  }

  @Test
  void aDatabaseThatIsMissingBehindASnapshotIsRefusedAndOneWithoutIsMadeAnew() {
    MemoryDisk disk = Fixtures.unpack("single-3.6/data.tar.gz", Path.of("/"));
    disk.delete(Path.of("/data/member/snap/db"));
    CannotStartException refusal = refusal(disk, "/data", Recovery.Options.DEFAULT);
    assertThat(refusal.stage()).isEqualTo("failed to recover v3 backend from snapshot");
    assertThat(refusal)
        .hasMessage("failed to find database snapshot file (snap: snapshot file doesn't exist)");
    assertThat(refusal.ending().exitCode()).isEqualTo(2);
    assertThat(log.lines)
        .contains(
            "WARN failed to find [SNAPSHOT-INDEX].snap.db snapshot-index=404"
                + " snapshot-file-path=/data/member/snap/0000000000000194.snap.db"
                + " error=snap: snapshot file doesn't exist");

    MemoryDisk rebuilt = Fixtures.unpack("killed-default-3.6/data.tar.gz", Path.of("/"));
    rebuilt.delete(Path.of("/data/member/snap/db"));
    Recovered recovered = restart(rebuilt, "/data");
    assertThat(recovered.backend().appliedIndex()).isZero();
    assertThat(recovered.entries()).hasSize(309);
    close(recovered);
  }

  @Test
  void anOlderSnapshotWillDoWhereTheNewestIsDamagedOrMissing() {
    MemoryDisk original = Fixtures.unpack("single-3.6/data.tar.gz", Path.of("/"));
    Path newest = Path.of("/data/member/snap/0000000000000003-0000000000000194.snap");
    MemoryDisk damaged = original.copy(1);
    try (DiskFile file = damaged.open(newest, Disk.Mode.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[] {'#'}), 2000);
    }
    Recovered recovered = restart(damaged, "/data");
    assertThat(recovered.snapshot().orElseThrow().index()).isEqualTo(303);
    assertThat(recovered.entries().getFirst().index()).isEqualTo(304);
    close(recovered);
    assertThat(damaged.exists(newest)).isFalse();
    assertThat(log.lines).anyMatch(line -> line.startsWith("WARN snap file is corrupt"));

    MemoryDisk missing = original.copy(1);
    for (String name : original.list(newest.getParent())) {
      if (name.endsWith(".snap")) {
        missing.delete(newest.resolveSibling(name));
      }
    }
    CannotStartException refusal = refusal(missing, "/data", Recovery.Options.DEFAULT);
    assertThat(refusal.stage()).isEqualTo("failed to open WAL");
    assertThat(refusal)
        .hasMessage(
            "openAtIndex failed: [openAtIndex] selectWALFiles failed: wal: file not found which"
                + " matches the snapshot index '0'");
  }

  @Test
  void aReceivedDatabaseTakesThePlaceOfAnOlderOne() {
    MemoryDisk disk = Fixtures.unpack("cluster3-3.6/e.tar.gz", Path.of("/"));
    Path database = Path.of("/e/member/snap/db");
    Path received = Path.of("/e/member/snap/00000000000001f7.snap.db");
    byte[] content = disk.contents(database);
    disk.put(received, content);
    byte[] old =
        Fixtures.unpack("killed-default-3.6/data.tar.gz", Path.of("/"))
            .contents(Path.of("/data/member/snap/db"));
    disk.put(database, old);
    Recovered recovered = restart(disk, "/e");
    assertThat(recovered.backend().appliedIndex()).isEqualTo(519);
    assertThat(disk.exists(received)).isFalse();
    close(recovered);

    // And one that is not new enough is refused.
    disk.put(received, old);
    disk.put(database, old);
    assertThat(refusal(disk, "/e", Recovery.Options.DEFAULT))
        .hasMessage(
            "database file (/e/member/snap/db index 236) does not match with snapshot (index"
                + " 503)");

    // Where none was there before, the one that came with the snapshot is not trusted.
    disk.delete(database);
    disk.put(received, content);
    assertThat(refusal(disk, "/e", Recovery.Options.DEFAULT))
        .hasMessage("database file (/e/member/snap/db) of the backend is missing");
    assertThat(disk.exists(database)).isFalse();
  }

  @Test
  void whatUsersOfTheOldApiStoredIsRefusedUnlessTheCheckIsSkipped() {
    MemoryDisk disk = Fixtures.unpack("v2-content-3.4/in-snap.tar.gz", Path.of("/"));
    String error =
        "detected disallowed custom content in v2store for stage --v2-deprecation=write-only";
    assertThat(refusal(disk, "/data", Recovery.Options.DEFAULT)).hasMessage(error);
    assertThat(log.lines)
        .contains("ERROR illegal v2store content error=" + error)
        .contains("ERROR bootstrap failed error=" + error);
    close(
        recovery(disk, Path.of("/data"), new Recovery.Options(true, false, 1))
            .restart(Optional.empty()));
    assertThat(log.lines)
        .anyMatch(line -> line.contains("v2 content detected, but validation check is being"));
  }

  @Test
  void aLoneMemberWhoseLogLostItsEndGoesOnBehindItsDatabase() {
    MemoryDisk disk = Fixtures.unpack("torn-wal/segments-snap.tar.gz", Path.of("/"));
    disk.delete(Path.of("/data/member/wal/0000000000000002-0000000000000095.wal"));
    Recovered recovered = restart(disk, "/data");
    assertThat(recovered.snapshot().orElseThrow().index()).isEqualTo(122);
    assertThat(recovered.backend().appliedIndex()).isEqualTo(160);
    assertThat(recovered.lastIndex()).isEqualTo(160);
    assertThat(recovered.entries().subList(26, 38))
        .allMatch(entry -> entry.term() == 2 && entry.payloadBytes() == 0);
    assertThat(recovered.hardState().commit()).isEqualTo(160);
    assertThat(log.lines)
        .contains(
            "WARN the database is ahead of the WAL, whose last entries are lost"
                + " consistent-index=160 last-index=148");
    close(recovered);
    // They are in the log for good.
    Recovered again = restart(disk, "/data");
    assertThat(again.entries()).isEqualTo(recovered.entries());
    assertThat(again.hardState()).isEqualTo(recovered.hardState());
    close(again);
  }

  @Test
  void anEmptySegmentIsNobodys() {
    MemoryDisk disk = Fixtures.unpack("torn-wal/behind.tar.gz", Path.of("/"));
    disk.put(Path.of("/data/member/wal/0000000000000000-0000000000000000.wal"), new byte[0]);
    CannotStartException refusal = refusal(disk, "/data", Recovery.Options.DEFAULT);
    assertThat(refusal.stage()).isEqualTo("cannot use none as id");
    assertThat(refusal.ending()).isEqualTo(CannotStartException.Ending.PANIC);
  }

  @Test
  void oneMemberOfALostMajorityBecomesAClusterOfItsOwn() {
    MemoryDisk disk = Fixtures.unpack("cluster3-3.6/e.tar.gz", Path.of("/"));
    Recovered recovered =
        recovery(disk, Path.of("/e"), new Recovery.Options(false, true, 1))
            .restart(Optional.empty());
    List<Entry> added = recovered.entries().subList(16, 18);
    assertThat(added).extracting(Entry::index).containsExactly(520L, 521L);
    assertThat(added).allMatch(entry -> entry.type() == EntryType.CONF_CHANGE);
    assertThat(added)
        .extracting(entry -> ConfChangeCodec.decode(entry.data()))
        .containsExactly(
            new ConfChange(0, ConfChangeType.REMOVE_NODE, 0x19a02952c9bbd2d4L, null),
            new ConfChange(0, ConfChangeType.REMOVE_NODE, 0xf9dad91e11d4cf50L, null));
    assertThat(recovered.hardState()).isEqualTo(new HardState(4, 0, 521));
    close(recovered);
    assertThat(log.lines).anyMatch(line -> line.startsWith("INFO forcing restart member"));
    // The entries are in the log; the hard state still has to move.
    Recovered again = restart(disk, "/e");
    assertThat(again.entries()).isEqualTo(recovered.entries());
    assertThat(again.hardState().commit()).isEqualTo(519);
    close(again);
  }

  /** What the disk says at start has the original's place and ending. */
  @Test
  void aDiskThatRefusesIsToldAtTheStart() {
    int inputOutput = 5;
    MemoryDisk disk = Fixtures.unpack("killed-3.6/data.tar.gz", Path.of("/"));
    disk.fail(operation -> operation.path().endsWith(".wal"), inputOutput);
    CannotStartException refusal = refusal(disk, "/data", Recovery.Options.DEFAULT);
    assertThat(refusal.stage()).isEqualTo("discovery failed");
    assertThat(log.lines).contains("ERROR bootstrap failed error=" + refusal.getMessage());

    MemoryDisk empty = new MemoryDisk(1);
    empty.createDirectories(Path.of("/srv"));
    empty.fail(operation -> operation.path().endsWith(".wal"), inputOutput);
    assertThatThrownBy(() -> found(empty, PeerQueries.NONE))
        .isInstanceOfSatisfying(
            CannotStartException.class,
            failure -> {
              assertThat(failure.stage()).isEqualTo("failed to create WAL");
              assertThat(failure.ending()).isEqualTo(CannotStartException.Ending.PANIC);
            });
  }

  /** As of memory: whoever starts again in the same process finds database and log free. */
  @Test
  void anErrorLeavesNothingOpen() {
    MemoryDisk memory = Fixtures.unpack("killed-3.6/data.tar.gz", Path.of("/"));
    memory.createDirectories(Path.of("/srv"));
    InvocationHandler failing =
        (self, method, arguments) -> {
          if (method.getName().equals("open")
              && arguments[0].toString().contains("/wal")
              && !memory.openFiles().isEmpty()) {
            throw new OutOfMemoryError("where the log is opened");
          }
          try {
            return method.invoke(memory, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    var disk =
        (Disk)
            Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, failing);
    assertThatThrownBy(() -> restart(disk, "/data")).isInstanceOf(OutOfMemoryError.class);
    assertThat(memory.openFiles()).isEmpty();
    assertThatThrownBy(() -> found(disk, PeerQueries.NONE)).isInstanceOf(OutOfMemoryError.class);
    assertThat(memory.openFiles()).isEmpty();
  }

  private static FoundingCluster cluster() {
    TreeMap<String, List<String>> urls = new TreeMap<>();
    urls.put("m1", List.of("http://127.0.0.1:34811"));
    urls.put("m2", List.of("http://127.0.0.1:34812"));
    return new FoundingCluster(urls, "tok");
  }

  private Recovered found(Disk disk, PeerQueries peers) {
    return recovery(disk, Path.of("/srv/m1.etcd"), Recovery.Options.DEFAULT)
        .found(
            cluster(),
            "m1",
            List.of("http://127.0.0.1:34811"),
            FoundingCluster.UrlComparison.TEXT,
            peers);
  }

  @Test
  void aNewClusterBeginsWithAnEmptyLogAndOnePeerForEachMember() {
    MemoryDisk disk = new MemoryDisk(1);
    disk.createDirectories(Path.of("/srv"));
    WalMetadata ids = cluster().idsOf("m1");
    PeerQueries founded =
        (urls, timeout, logged) -> {
          assertThat(urls).containsExactly("http://127.0.0.1:34812");
          assertThat(timeout).isEqualTo(Duration.ofSeconds(1));
          Member self = new Member(ids.nodeId(), urls, false, "m1", List.of("http://127.0.0.1:1"));
          return Optional.of(new PeerQueries.RemoteCluster(1, List.of(self)));
        };
    assertThatThrownBy(() -> found(disk, founded))
        .hasMessage("member " + Long.toHexString(ids.nodeId()) + " has already been bootstrapped");
    assertThat(disk.openFiles()).isEmpty();

    Recovered recovered = found(disk, PeerQueries.NONE);
    assertThat(recovered.ids()).isEqualTo(ids);
    assertThat(recovered.entries()).isEmpty();
    assertThat(recovered.newPeers()).usingRecursiveComparison().isEqualTo(cluster().peers());
    close(recovered);
    assertThat(recovery(disk, Path.of("/srv/m1.etcd"), Recovery.Options.DEFAULT).hasLog()).isTrue();

    // It stopped before its first entries were saved: the flags say how to begin, once more.
    Recovered again =
        recovery(disk, Path.of("/srv/m1.etcd"), Recovery.Options.DEFAULT)
            .restart(Optional.of(cluster()));
    assertThat(again.newPeers()).usingRecursiveComparison().isEqualTo(cluster().peers());
    close(again);
    Recovered joiner = restart(disk, "/srv/m1.etcd");
    assertThat(joiner.newPeers()).isEmpty();
    close(joiner);
  }

  private void refusesLearners(MemoryDisk disk, int limit, Function<Recovery, Recovered> start) {
    var options = new Recovery.Options(false, false, limit);
    assertThatThrownBy(() -> start.apply(recovery(disk, Path.of("/srv/m1.etcd"), options)))
        .isInstanceOfSatisfying(
            CannotStartException.class,
            refusal -> assertThat(refusal.stage()).isEqualTo("discovery failed"))
        .hasMessage("membership: too many learner members in cluster");
    assertThat(log.lines)
        .endsWith("ERROR bootstrap failed error=membership: too many learner members in cluster");
    assertThat(disk.openFiles()).isEmpty();
  }

  /** However it starts; the original looks before raft does (spec/peer.md 6.2). */
  @Test
  void moreLearnersThanTheFlagAllowsEndTheStart() {
    MemoryDisk disk = new MemoryDisk(1);
    disk.createDirectories(Path.of("/srv"));
    var learner = Member.of(2, List.of("http://127.0.0.1:1"), true);
    var joining = new JoiningCluster(new WalMetadata(2, 3), List.of(learner));
    refusesLearners(disk, 0, recovery -> recovery.join(() -> joining));
    assertThat(recovery(disk, Path.of("/srv/m1.etcd"), Recovery.Options.DEFAULT).hasLog())
        .isFalse();

    refusesLearners(
        disk,
        -1,
        recovery ->
            recovery.found(
                cluster(),
                "m1",
                List.of("http://127.0.0.1:34811"),
                FoundingCluster.UrlComparison.TEXT,
                PeerQueries.NONE));

    Recovered recovered = restart(disk, "/srv/m1.etcd");
    recovered
        .backend()
        .put(
            BucketName.MEMBERS,
            Member.hex(learner.id()).getBytes(StandardCharsets.US_ASCII),
            learner.toJson().getBytes(StandardCharsets.UTF_8));
    recovered.backend().endUpkeep();
    close(recovered);
    refusesLearners(disk, 0, recovery -> recovery.restart(Optional.empty()));
    close(restart(disk, "/srv/m1.etcd"));
  }

  @Test
  void aPowerCutWhileFoundingLeavesAllOrNothing() {
    for (long last = 1; ; last++) {
      MemoryDisk disk = new MemoryDisk(last);
      disk.createDirectories(Path.of("/srv"));
      disk.settle();
      disk.cutPowerAfter(last);
      boolean finished = false;
      try {
        close(found(disk, PeerQueries.NONE));
        finished = true;
      } catch (PowerCut e) {
        // Now start again.
      }
      MemoryDisk after = disk.restart(Fate.TORN, last);
      Recovery recovery = recovery(after, Path.of("/srv/m1.etcd"), Recovery.Options.DEFAULT);
      Recovered recovered =
          recovery.hasLog()
              ? recovery.restart(Optional.of(cluster()))
              : found(after, PeerQueries.NONE);
      assertThat(recovered.newPeers()).usingRecursiveComparison().isEqualTo(cluster().peers());
      close(recovered);
      if (finished) {
        assertThat(last).isGreaterThan(20);
        return;
      }
    }
  }
}
