package io.quorate.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.io.DiskException;
import io.quorate.io.fixture.Fixtures;
import io.quorate.io.fixture.RecordingLogger;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.io.memory.Operation;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Snapshot;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SnapshotDirectoryTest {
  private final MemoryDisk disk = new MemoryDisk(1);
  private final RecordingLogger log = new RecordingLogger();
  private final SnapshotDirectory directory = WalFixture.snapshots(disk, log);

  @BeforeEach
  void member() {
    disk.createDirectories(WalFixture.SNAP);
    disk.put(WalFixture.SNAP.resolve("db"), new byte[1]);
  }

  private static Snapshot snapshot(long term, long index) {
    byte[] data = {'{', '}'};
    return new Snapshot(data, ConfState.ofVoters(List.of(7L)), index, term);
  }

  private static Path file(String name) {
    return WalFixture.SNAP.resolve(name);
  }

  @Test
  void theOriginalsFilesReadAndWriteBackToTheSameBytes() {
    MemoryDisk original = Fixtures.unpack("single-3.6/data.tar.gz", Path.of("/"));
    Path folder = Path.of("/data/member/snap");
    int files = 0;
    for (Path path : original.files(folder)) {
      if (path.toString().endsWith(".snap")) {
        Snapshot read = WalFixture.snapshots(original, log).load(path);
        assertThat(Arrays.equals(SnapshotDirectory.encode(read), original.contents(path))).isTrue();
        directory.save(read);
        assertThat(disk.exists(file(path.getFileName().toString()))).isTrue();
        files++;
      }
    }
    assertThat(files).isPositive();
  }

  @Test
  void theNewestThatTheLogMarksIsChosen() {
    directory.save(snapshot(1, 300));
    directory.save(snapshot(2, 200));
    directory.save(snapshot(2, 400));
    directory.save(Snapshot.EMPTY);
    assertThat(disk.list(WalFixture.SNAP))
        .containsExactly(
            "0000000000000001-000000000000012c.snap",
            "0000000000000002-00000000000000c8.snap",
            "0000000000000002-0000000000000190.snap",
            "db");
    assertThat(directory.newest()).contains(snapshot(2, 400));
    List<WalSnapshot> valid =
        List.of(WalFixture.mark(300, 1), WalFixture.mark(200, 2), WalFixture.mark(400, 3));
    assertThat(directory.newestOf(valid)).contains(snapshot(2, 200));
    assertThat(directory.newestOf(List.of())).isEmpty();
  }

  @Test
  void damagedFilesArePutAside() {
    directory.save(snapshot(1, 1));
    byte[] damaged = SnapshotDirectory.encode(snapshot(1, 2));
    damaged[damaged.length - 1] ^= 1;
    disk.put(file("0000000000000001-0000000000000002.snap"), damaged);
    disk.put(file("0000000000000001-0000000000000003.snap"), new byte[0]);
    disk.put(file("0000000000000001-0000000000000004.snap"), new byte[] {8, 0, 18, 1, 1});
    disk.put(file("0000000000000001-0000000000000005.snap"), new byte[] {8});
    disk.put(file("other"), new byte[0]);
    assertThatThrownBy(() -> directory.load(file("0000000000000001-0000000000000002.snap")))
        .hasMessage("snap: crc mismatch");
    assertThatThrownBy(() -> directory.load(file("0000000000000001-0000000000000003.snap")))
        .hasMessage("snap: empty snapshot");
    assertThatThrownBy(() -> directory.load(file("0000000000000001-0000000000000004.snap")))
        .hasMessage("snap: empty snapshot");
    log.lines.clear();
    assertThat(directory.newest()).contains(snapshot(1, 1));
    assertThat(disk.list(WalFixture.SNAP))
        .containsExactly(
            "0000000000000001-0000000000000001.snap",
            "0000000000000001-0000000000000002.snap.broken",
            "0000000000000001-0000000000000003.snap.broken",
            "0000000000000001-0000000000000004.snap.broken",
            "0000000000000001-0000000000000005.snap.broken",
            "db",
            "other");
    assertThat(log.lines)
        .contains(
            "WARN found unexpected non-snap file; skipping path=other",
            "WARN failed to read a snap file"
                + " path=/data/member/snap/0000000000000001-0000000000000002.snap"
                + " error=snap: crc mismatch",
            "WARN renamed to a broken snap file"
                + " path=/data/member/snap/0000000000000001-0000000000000002.snap"
                + " broken-path=/data/member/snap/0000000000000001-0000000000000002.snap.broken");
  }

  @Test
  void aFileThatCannotBeWrittenIsDeleted() {
    disk.fail(o -> o.kind() == Operation.Kind.SYNC, DiskException.ENOSPC);
    assertThatThrownBy(() -> directory.save(snapshot(1, 1)))
        .hasMessage(
            "fsync /data/member/snap/0000000000000001-0000000000000001.snap: no space left on"
                + " device");
    assertThat(disk.list(WalFixture.SNAP)).containsExactly("db");
    assertThat(disk.openFiles()).isEmpty();
  }

  @Test
  void receivedDatabasesAndOrphansAreCleared() {
    assertThat(directory.databasePath(0x1f))
        .isEqualTo(WalFixture.SNAP.resolve("000000000000001f.snap.db"));
    disk.put(directory.databasePath(0x1f), new byte[1]);
    disk.put(directory.databasePath(0x20), new byte[1]);
    disk.put(file("tmp123"), new byte[1]);
    disk.put(file("x.snap.db"), new byte[1]);
    directory.releaseDatabases(0x20);
    directory.deleteOrphans();
    assertThat(disk.list(WalFixture.SNAP))
        .containsExactly("0000000000000020.snap.db", "db", "x.snap.db");
  }

  @Test
  void theCopyOfAnInterruptedDefragmentationIsDeletedWhenASnapshotIsLookedFor() {
    disk.put(file("db.tmp.123"), new byte[1]);
    assertThat(directory.newest()).isEmpty();
    assertThat(disk.list(WalFixture.SNAP)).containsExactly("db");
    assertThat(log.lines)
        .containsExactly("INFO found orphaned defragmentation file; deleting path=db.tmp.123");
  }

  @Test
  void theOldestOfEachKindArePurged() {
    for (int index = 1; index <= 4; index++) {
      directory.save(snapshot(1, index));
      disk.put(directory.databasePath(index), new byte[1]);
    }
    directory.purge(0);
    assertThat(disk.list(WalFixture.SNAP)).hasSize(9);
    directory.purge(3);
    assertThat(disk.list(WalFixture.SNAP))
        .containsExactly(
            "0000000000000001-0000000000000002.snap",
            "0000000000000001-0000000000000003.snap",
            "0000000000000001-0000000000000004.snap",
            "0000000000000002.snap.db",
            "0000000000000003.snap.db",
            "0000000000000004.snap.db",
            "db");
  }
}
