package io.quorate.node.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.io.Clock;
import io.quorate.io.Failpoints;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.node.TestClock;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Snapshot;
import io.quorate.wal.SnapshotDirectory;
import io.quorate.wal.WalDirectory;
import io.quorate.wal.WalListener;
import io.quorate.wal.WalMetadata;
import io.quorate.wal.WalOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

/** The log loop by itself, on a disk in memory. */
class LogLoopTest {
  private static final Path SNAP = Path.of("/data/snap");

  private final Clock clock = new TestClock(1);
  private final MemoryDisk disk = new MemoryDisk(1);
  private final SnapshotDirectory snapshots =
      new SnapshotDirectory(disk, SNAP, clock, WalListener.NONE, NOPLogger.NOP_LOGGER);

  private LogLoop loop() {
    disk.createDirectories(SNAP);
    var segments =
        new WalDirectory(
            disk,
            Path.of("/data/wal"),
            new WalOptions(64 * 1024, false),
            clock,
            Failpoints.NONE,
            WalListener.NONE,
            NOPLogger.NOP_LOGGER);
    return new LogLoop(
        segments.create(new WalMetadata(1, 2)),
        segments,
        snapshots,
        new LogLoop.Retention(5, 5),
        Failpoints.NONE,
        NOPLogger.NOP_LOGGER);
  }

  private static Snapshot snapshot(long index) {
    return new Snapshot(new byte[1], ConfState.ofVoters(List.of(1L)), index, 1);
  }

  /** The database of the first may wait for the backend's thread while the second comes. */
  @Test
  void aReceivedSnapshotLeavesTheDatabaseOfTheOneBefore() {
    LogLoop loop = loop();
    List<Long> installed = new ArrayList<>();
    for (long index : new long[] {3, 6}) {
      disk.put(snapshots.databasePath(index), new byte[1]);
      loop.inbox()
          .offer(
              new LogLoop.Append(
                  new HardState(1, 0, index),
                  List.of(),
                  snapshot(index),
                  () -> installed.add(index),
                  () -> {}));
      loop.poll(0);
    }
    assertThat(installed).containsExactly(3L, 6L);
    assertThat(disk.exists(snapshots.databasePath(3))).isTrue();
    assertThat(disk.exists(snapshots.databasePath(6))).isTrue();

    // Whatever is left when the member has come further by itself was not used.
    var saved = new CompletableFuture<Void>();
    loop.inbox().offer(new LogLoop.SaveSnapshot(snapshot(7), saved));
    loop.poll(0);
    assertThat(saved).isCompleted();
    assertThat(disk.list(SNAP)).noneMatch(name -> name.endsWith(".snap.db"));
    loop.close();
  }
}
