package io.quorate.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.io.Clock;
import io.quorate.io.Disk;
import io.quorate.io.DiskException;
import io.quorate.io.DiskFile;
import io.quorate.io.Failpoints;
import io.quorate.io.fixture.RecordingLogger;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.io.memory.Operation;
import io.quorate.raft.message.HardState;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WalDirectoryTest {
  private static final String FIRST = "0000000000000000-0000000000000000.wal";

  private final MemoryDisk disk = new MemoryDisk(1);
  private final RecordingLogger log = new RecordingLogger();
  private final WalDirectory directory =
      WalFixture.directory(disk, new WalOptions(WalFixture.SMALL_SEGMENT_BYTES, false), log);

  @BeforeEach
  void member() {
    disk.createDirectories(WalFixture.MEMBER);
  }

  /** Entries of 1,000 bytes from {@code first} to {@code last}, each synced. */
  private static void fill(Wal wal, int first, int last) {
    for (int i = first; i <= last; i++) {
      wal.append(new HardState(1, 1, i), List.of(WalFixture.entry(1, i, "x".repeat(1000))));
      wal.sync();
    }
  }

  private List<String> names() {
    return disk.list(WalFixture.FOLDER);
  }

  @Test
  void theNextSegmentIsPreparedUnderATemporaryNameAndGoneAfterAClose() {
    Wal wal = directory.create(WalFixture.METADATA);
    assertThat(names()).containsExactly(FIRST);
    assertThat(wal.prepareNext()).isTrue();
    assertThat(wal.prepareNext()).isFalse();
    assertThat(names()).containsExactly("0.tmp", FIRST);
    assertThat(disk.length(WalFixture.FOLDER.resolve("0.tmp")))
        .isEqualTo(WalFixture.SMALL_SEGMENT_BYTES);
    fill(wal, 1, 20);
    String second = "0000000000000001-0000000000000012.wal";
    assertThat(names()).containsExactly(FIRST, second);
    wal.prepareNext();
    assertThat(names()).containsExactly(FIRST, second, "1.tmp");
    wal.close();
    assertThat(names()).containsExactly(FIRST, second);
    assertThat(disk.openFiles()).isEmpty();
    // A finished segment ends where its records end; the tail is as long as it was made.
    assertThat(disk.length(WalFixture.FOLDER.resolve(second)))
        .isEqualTo(WalFixture.SMALL_SEGMENT_BYTES);
    assertThat(disk.length(WalFixture.FOLDER.resolve(FIRST))).isEqualTo(18_032);
  }

  @Test
  void aFolderThatIsALinkGivesWayAndWhatItLeadsToStays() {
    Path elsewhere = Path.of("/elsewhere");
    disk.put(elsewhere.resolve("precious/file"), new byte[] {1});
    disk.link(WalFixture.FOLDER, elsewhere);
    disk.link(WalFixture.FOLDER.resolveSibling("wal.tmp"), elsewhere);
    directory.create(WalFixture.METADATA).close();
    assertThat(disk.isSymbolicLink(WalFixture.FOLDER)).isFalse();
    assertThat(names()).containsExactly(FIRST);
    assertThat(disk.files(elsewhere)).containsExactly(elsewhere.resolve("precious/file"));
  }

  @Test
  void onlyEntriesVotesAndTermsNeedASync() {
    try (Wal wal = directory.create(WalFixture.METADATA)) {
      assertThat(wal.append(HardState.EMPTY, List.of())).isFalse();
      assertThat(wal.append(new HardState(1, 0, 0), List.of())).isTrue();
      assertThat(wal.append(new HardState(1, 0, 1), List.of())).isFalse();
      assertThat(wal.append(new HardState(1, 2, 1), List.of())).isTrue();
      assertThat(wal.append(HardState.EMPTY, List.of(WalFixture.entry(1, 1, "")))).isTrue();
      assertThat(wal.append(new HardState(1, 2, 2), List.of())).isFalse();
    }
    // What was saved before a restart does not count.
    try (Wal wal = directory.openRepaired(WalSnapshot.START).wal()) {
      assertThat(wal.append(new HardState(1, 2, 3), List.of())).isTrue();
    }
  }

  @Test
  void severalAppendsShareOneSyncAndACommitNeedsNone() {
    disk.recordOperations();
    try (Wal wal = directory.create(WalFixture.METADATA)) {
      int before = disk.recordedOperations().size();
      for (int i = 1; i <= 10; i++) {
        wal.append(new HardState(1, 1, i - 1), List.of(WalFixture.entry(1, i, "x")));
      }
      wal.append(new HardState(1, 1, 9), List.of());
      assertThat(disk.recordedOperations()).hasSize(before);
      wal.sync();
      assertThat(disk.recordedOperations().subList(before, disk.recordedOperations().size()))
          .extracting(Operation::kind)
          .containsExactly(Operation.Kind.WRITE, Operation.Kind.DATA_SYNC);
    }
  }

  @Test
  void unsafeNoFsyncSyncsDirectoriesOnly() {
    disk.recordOperations();
    WalDirectory unsafe =
        WalFixture.directory(disk, new WalOptions(WalFixture.SMALL_SEGMENT_BYTES, true), log);
    try (Wal wal = unsafe.create(WalFixture.METADATA)) {
      fill(wal, 1, 40);
      wal.saveSnapshot(WalFixture.mark(1, 1));
    }
    assertThat(disk.recordedOperations())
        .extracting(Operation::kind)
        .contains(Operation.Kind.SYNC_DIRECTORY)
        .doesNotContain(Operation.Kind.DATA_SYNC, Operation.Kind.SYNC);
  }

  @Test
  void aFullDiskWhilePreparingIsToldAndTriedAgainWhenItCounts() {
    Wal wal = directory.create(WalFixture.METADATA);
    disk.fail(o -> o.kind() == Operation.Kind.PREALLOCATE, DiskException.ENOSPC);
    assertThat(wal.prepareNext()).isTrue();
    assertThat(names()).containsExactly(FIRST);
    assertThat(log.lines)
        .containsExactly(
            "WARN failed to preallocate space when creating a new WAL error=fallocate"
                + " /data/member/wal/0.tmp: no space left on device");
    assertThat(wal.prepareNext()).isFalse();
    assertThatThrownBy(() -> fill(wal, 1, 20))
        .isInstanceOf(DiskException.class)
        .matches(e -> ((DiskException) e).isDiskFull());
    wal.close();
    disk.heal();
    WalContents contents;
    try (OpenLog open = directory.openForRead(WalSnapshot.START)) {
      contents = open.readAll();
    }
    assertThat(contents.entries()).hasSize(17);
  }

  @Test
  void aSecondLogIsNotMade() {
    directory.create(WalFixture.METADATA).close();
    assertThatThrownBy(() -> directory.create(WalFixture.METADATA))
        .isInstanceOf(WalException.AlreadyExists.class);
  }

  @Test
  void aLogThatIsOpenIsLocked() {
    try (Wal wal = directory.create(WalFixture.METADATA)) {
      wal.prepareNext();
      assertThatThrownBy(() -> directory.openForWrite(WalSnapshot.START))
          .isInstanceOf(WalException.Locked.class)
          .hasMessage(
              "openAtIndex failed: [openAtIndex] openWALFiles failed: [openWALFiles]"
                  + " fileutil.TryLockFile failed: fileutil: file already locked");
      // Readers need no lock.
      assertThat(directory.validSnapshots()).containsExactly(WalSnapshot.START);
    }
    directory.openForWrite(WalSnapshot.START).close();
    assertThat(disk.openFiles()).isEmpty();
  }

  @Test
  void missingSegmentsAreNamedAsTheOriginalNamesThem() {
    disk.createDirectories(WalFixture.FOLDER);
    assertThat(directory.hasLog()).isFalse();
    assertThatThrownBy(() -> directory.openForWrite(WalSnapshot.START))
        .hasMessage("openAtIndex failed: [openAtIndex] readWALNames failed: wal: file not found");
    assertThatThrownBy(directory::validSnapshots).hasMessage("wal: file not found");
    for (String name : List.of("2-5", "3-9", "5-b")) {
      String[] parts = name.split("-");
      disk.put(
          WalFixture.FOLDER.resolve(
              "0".repeat(15) + parts[0] + "-" + "0".repeat(15) + parts[1] + ".wal"),
          new byte[0]);
    }
    disk.put(WalFixture.FOLDER.resolve("x.wal.broken"), new byte[0]);
    assertThatThrownBy(() -> directory.openForWrite(WalFixture.mark(4, 1)))
        .hasMessage(
            "openAtIndex failed: [openAtIndex] selectWALFiles failed: wal: file not found which"
                + " matches the snapshot index '4'");
    assertThatThrownBy(() -> directory.openForRead(WalFixture.mark(9, 1)))
        .hasMessage(
            "[openAtIndex] selectWALFiles failed: wal: file sequence numbers (starting from 1) do"
                + " not increase continuously");
    assertThat(log.lines).contains("WARN ignored file in WAL directory path=x.wal.broken");
  }

  @Test
  void releasedSegmentsArePurgedAndHeldOnesAreNot() {
    try (Wal wal = directory.create(WalFixture.METADATA)) {
      fill(wal, 1, 80);
      List<String> all = List.copyOf(names());
      assertThat(all).hasSize(5);
      directory.purge(1);
      assertThat(names()).isEqualTo(all);
      assertThat(log.lines.getLast())
          .isEqualTo(
              "WARN failed to lock file path=/data/member/wal/"
                  + FIRST
                  + " error=fileutil: file already locked");
      // They begin at 0, 12, 23, 34 and 45 (hex): 25 stands in the third, kept with the rest.
      assertThat(all.get(2)).endsWith("-0000000000000023.wal");
      wal.releaseTo(0x25);
      directory.purge(0);
      assertThat(names()).isEqualTo(all);
      directory.purge(1);
      assertThat(names()).isEqualTo(all.subList(2, 5));
      wal.releaseTo(1000);
      directory.purge(2);
      assertThat(names()).isEqualTo(all.subList(3, 5));
    }
    assertThatThrownBy(() -> directory.openForWrite(WalSnapshot.START))
        .isInstanceOf(WalException.NotFound.class);
  }

  @Test
  void aSnapshotIsFoundByIndexAndTerm() {
    try (Wal wal = directory.create(WalFixture.METADATA)) {
      fill(wal, 1, 5);
      wal.saveSnapshot(WalFixture.mark(3, 1));
      wal.saveSnapshot(WalFixture.mark(9, 1));
      fill(wal, 6, 6);
      assertThatThrownBy(() -> wal.saveSnapshot(new WalSnapshot(5, 1, Optional.empty())))
          .hasMessage("Saved (not-initial) snapshot is missing ConfState: index:5 term:1 ");
    }
    // 9 is beyond what was committed.
    assertThat(directory.validSnapshots())
        .containsExactly(WalSnapshot.START, WalFixture.mark(3, 1));
    assertThat(directory.verify(WalFixture.mark(3, 1))).isEqualTo(new HardState(1, 1, 6));
    assertThatThrownBy(() -> directory.verify(WalFixture.mark(3, 2)))
        .hasMessage("wal: snapshot mismatch");
    assertThatThrownBy(() -> directory.verify(WalFixture.mark(4, 1)))
        .isInstanceOf(WalException.NoSnapshot.class)
        .hasMessage("wal: snapshot not found");
    // For writing that is no error, as in the original.
    try (OpenLog open = directory.openForWrite(WalFixture.mark(4, 1))) {
      WalContents contents = open.readAll();
      assertThat(contents.snapshotFound()).isFalse();
      assertThat(contents.entries()).extracting(e -> e.index()).containsExactly(5L, 6L);
    }
  }

  @Test
  void aGapBetweenEntriesIsRefused() {
    try (Wal wal = directory.create(WalFixture.METADATA)) {
      wal.append(new HardState(1, 1, 1), List.of(WalFixture.entry(1, 1, "a")));
      wal.append(HardState.EMPTY, List.of(WalFixture.entry(2, 4, "d")));
      wal.sync();
    }
    assertThatThrownBy(() -> directory.openRepaired(WalSnapshot.START))
        .isInstanceOf(WalException.CannotStart.class)
        .hasMessage(
            "wal: slice bounds out of range, snapshot[Index: 0, Term: 0], current entry[Index: 4,"
                + " Term: 2], len(ents): 1")
        .extracting(e -> ((WalException.CannotStart) e).stage())
        .isEqualTo("failed to read WAL, cannot be repaired");
    assertThat(disk.openFiles()).isEmpty();
  }

  @Test
  void anEntryThatASnapshotCoversStillEndsWhatItReplaced() {
    try (Wal wal = directory.create(WalFixture.METADATA)) {
      fill(wal, 1, 1);
      wal.append(
          HardState.EMPTY, List.of(WalFixture.entry(1, 2, "old"), WalFixture.entry(1, 3, "old")));
      wal.append(new HardState(2, 1, 2), List.of(WalFixture.entry(2, 2, "new")));
      wal.saveSnapshot(WalFixture.mark(2, 2));
    }
    try (OpenLog open = directory.openForRead(WalFixture.mark(2, 2))) {
      assertThat(open.readAll().entries()).isEmpty();
    }
  }

  @Test
  void anotherOwnersSegmentAndUnknownRecordsAreRefused() {
    Wal wal = directory.create(WalFixture.METADATA);
    wal.close();
    append(RecordType.METADATA, new WalMetadata(1, 2).encode());
    assertThatThrownBy(() -> directory.verify(WalSnapshot.START))
        .hasMessage("wal: conflicting metadata found");
    disk.delete(WalFixture.FOLDER.resolve(FIRST));
    directory.create(WalFixture.METADATA).close();
    append(6, new byte[0]);
    assertThatThrownBy(() -> directory.verify(WalSnapshot.START))
        .hasMessage("unexpected block type 6");
  }

  /** A record of ours at the end of the first segment. */
  private void append(int type, byte[] data) {
    try (DiskFile file = disk.open(WalFixture.FOLDER.resolve(FIRST), Disk.Mode.WRITE)) {
      RecordReader reader = new RecordReader(List.of(new RecordReader.Segment(file, FIRST)));
      while (reader.next()) {
        if (reader.type() == RecordType.CRC) {
          reader.reseed();
        }
      }
      RecordWriter writer =
          new RecordWriter(
              file, reader.validOffset(), reader.crc(), WalFixture.CLOCK, WalListener.NONE);
      writer.record(type, data);
      writer.flush();
    }
  }

  @Test
  void recordsLargerThanEveryBufferSurvive() {
    String large = "y".repeat(3_000_000);
    try (Wal wal = directory.create(WalFixture.METADATA)) {
      wal.append(HardState.EMPTY, List.of(WalFixture.entry(1, 1, large)));
      wal.append(HardState.EMPTY, List.of(WalFixture.entry(1, 2, "small")));
      wal.sync();
      wal.append(HardState.EMPTY, List.of(WalFixture.entry(1, 3, large)));
      wal.sync();
    }
    try (OpenLog open = directory.openForRead(WalSnapshot.START)) {
      assertThat(open.readAll().entries())
          .containsExactly(
              WalFixture.entry(1, 1, large),
              WalFixture.entry(1, 2, "small"),
              WalFixture.entry(1, 3, large));
    }
  }

  @Test
  void aSlowSyncIsTold() {
    long[] now = {0};
    Clock clock =
        new Clock() {
          @Override
          public long nanos() {
            return now[0] += 1_200_000_000;
          }

          @Override
          public long epochMillis() {
            return 0;
          }
        };
    List<Long> synced = new ArrayList<>();
    WalListener listener =
        new WalListener() {
          @Override
          public void synced(long nanos) {
            synced.add(nanos);
          }
        };
    WalDirectory slow =
        new WalDirectory(
            disk, WalFixture.FOLDER, WalOptions.DEFAULT, clock, Failpoints.NONE, listener, log);
    try (Wal wal = slow.create(WalFixture.METADATA)) {
      wal.sync();
    }
    assertThat(synced).containsOnly(1_200_000_000L).hasSize(3);
    assertThat(log.lines)
        .containsOnly("WARN slow fdatasync took=PT1.2S expected-duration=PT1S")
        .hasSize(3);
  }

  @Test
  void failpointsStandAroundEverySync() {
    List<String> fired = new ArrayList<>();
    Failpoints failpoints =
        name ->
            () -> {
              fired.add(name);
              return Optional.empty();
            };
    WalDirectory watched =
        new WalDirectory(
            disk,
            WalFixture.FOLDER,
            WalOptions.DEFAULT,
            WalFixture.CLOCK,
            failpoints,
            WalListener.NONE,
            log);
    try (Wal wal = watched.create(WalFixture.METADATA)) {
      wal.sync();
    }
    assertThat(fired)
        .containsExactly(
            "walBeforeSync",
            "walAfterSync",
            "walBeforeSync",
            "walAfterSync",
            "walBeforeSync",
            "walAfterSync");
  }

  @Test
  void aTornRecordIsCutOffAndKeptAside() {
    try (Wal wal = directory.create(WalFixture.METADATA)) {
      fill(wal, 1, 5);
    }
    Path path = WalFixture.FOLDER.resolve(FIRST);
    long end;
    try (DiskFile file = disk.open(path, Disk.Mode.WRITE)) {
      // The sector in the middle of the fifth entry was never written.
      file.write(ByteBuffer.allocate(512), 5120 - 512);
      end = file.length();
    }
    WalDirectory.Opened opened = directory.openRepaired(WalSnapshot.START);
    assertThat(opened.contents().entries()).hasSize(4);
    assertThat(names()).containsExactly(FIRST, FIRST + ".broken");
    assertThat(disk.length(WalFixture.FOLDER.resolve(FIRST + ".broken"))).isEqualTo(end);
    fill(opened.wal(), 5, 6);
    opened.wal().close();
    assertThat(log.lines)
        .filteredOn(line -> line.startsWith("INFO"))
        .containsExactly(
            "INFO repairing path=" + path,
            "INFO repaired path=" + path + " error=unexpected EOF",
            "INFO repaired WAL error=unexpected EOF: in file '" + FIRST + "' at position: 4304");
    try (OpenLog open = directory.openForRead(WalSnapshot.START)) {
      assertThat(open.readAll().entries()).hasSize(6);
    }
  }
}
