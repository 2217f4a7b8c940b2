package io.quorate.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.io.DiskException;
import io.quorate.io.memory.Fate;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.io.memory.Operation;
import io.quorate.io.memory.PowerCut;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Snapshot;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.helpers.NOPLogger;

/** The power goes, or the disk fails, at every operation of a log's life in turn. */
class WalPowerCutTest {
  private static final int SEEDS = Boolean.getBoolean("long") ? 40 : 3;

  /**
   * Creates, appends, overwrites, cuts several times, marks snapshots, releases, purges, closes.
   */
  private static void live(MemoryDisk disk, WalHistory history, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    WalDirectory directory = WalFixture.small(disk);
    SnapshotDirectory snapshots =
        new SnapshotDirectory(
            disk, WalFixture.SNAP, WalFixture.CLOCK, WalListener.NONE, NOPLogger.NOP_LOGGER);
    disk.createDirectories(WalFixture.SNAP);
    disk.syncDirectory(WalFixture.MEMBER);
    disk.syncDirectory(WalFixture.MEMBER.getParent());
    disk.syncDirectory(WalFixture.MEMBER.getParent().getParent());
    try (Wal wal = directory.create(WalFixture.METADATA)) {
      for (int round = 0; round < 60; round++) {
        List<Entry> entries = history.entries(random);
        HardState state = history.commit(random, entries);
        history.appended(entries, state);
        wal.append(state, entries);
        if (round % 3 != 0) {
          wal.sync();
          history.synced();
        }
        if (round % 5 == 0) {
          wal.prepareNext();
        }
        if (round % 10 == 9) {
          WalSnapshot mark = history.snapshot(random);
          if (mark.index() != 0) {
            snapshots.save(
                new Snapshot(
                    new byte[700], ConfState.ofVoters(List.of(1L)), mark.index(), mark.term()));
            history.marked(mark);
            wal.saveSnapshot(mark);
            history.synced();
            wal.releaseTo(mark.index());
            directory.purge(2);
            snapshots.purge(2);
          }
        }
      }
    }
    history.synced();
  }

  @ParameterizedTest
  @ValueSource(strings = {"LOST", "KEPT", "TORN"})
  void whateverWasSyncedIsFoundAgainAndNothingIsInvented(Fate fate) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      for (long last = 1; ; last++) {
        MemoryDisk disk = new MemoryDisk(seed);
        WalHistory history = new WalHistory();
        disk.cutPowerAfter(last);
        try {
          live(disk, history, seed);
          assertThat(last).isGreaterThan(150);
          break;
        } catch (PowerCut e) {
          // Now look at what is left.
        }
        try {
          check(disk.restart(fate, last), history, seed);
        } catch (RuntimeException | AssertionError e) {
          throw new AssertionError("seed " + seed + ", cut after operation " + last, e);
        }
      }
    }
  }

  private static void check(MemoryDisk disk, WalHistory history, long seed) {
    WalDirectory directory = WalFixture.small(disk);
    if (!directory.hasLog()) {
      assertThat(history.isEmpty()).isTrue();
      disk.createDirectories(WalFixture.MEMBER);
      directory.create(WalFixture.METADATA).close();
    }
    SplittableRandom random = new SplittableRandom(seed);
    try (Wal wal = history.reopen(directory)) {
      // Every mark that counts has its .snap file, but for those that were purged.
      List<WalSnapshot> valid = directory.validSnapshots();
      if (valid.getLast().index() != 0) {
        assertThat(
                new SnapshotDirectory(
                        disk,
                        WalFixture.SNAP,
                        WalFixture.CLOCK,
                        WalListener.NONE,
                        NOPLogger.NOP_LOGGER)
                    .newestOf(valid)
                    .map(Snapshot::index))
            .contains(valid.getLast().index());
      }
      for (int i = 0; i < 12; i++) {
        List<Entry> entries = history.entries(random);
        HardState state = history.commit(random, entries);
        wal.append(state, entries);
        wal.sync();
        history.appended(entries, state);
        history.synced();
      }
    }
    history.reopen(directory).close();
  }

  @ParameterizedTest
  @ValueSource(ints = {5, DiskException.ENOSPC})
  void aFailingDiskStopsTheLogWhichKeepsWhatItAcknowledged(int errno) {
    long seed = 7;
    MemoryDisk counted = new MemoryDisk(seed);
    live(counted, new WalHistory(), seed);
    for (long number = 1; number <= counted.operationCount(); number++) {
      MemoryDisk disk = new MemoryDisk(seed);
      disk.recordOperations();
      disk.failOperation(number, errno);
      WalHistory history = new WalHistory();
      DiskException failure = null;
      try {
        live(disk, history, seed);
      } catch (DiskException e) {
        failure = e;
        assertThat(e.errno()).isEqualTo(errno);
      }
      Operation failed = disk.recordedOperations().get((int) number - 1);
      disk.heal();
      // Only a segment that is not live yet may fail without a word to the caller.
      if (failure == null) {
        assertThat(failed.path()).as(failed.toString()).endsWith(".tmp");
        assertThat(failed.kind())
            .isIn(Operation.Kind.CREATE, Operation.Kind.EMPTY, Operation.Kind.PREALLOCATE);
      }
      assertThat(disk.openFiles()).as(failed.toString()).isEmpty();
      try {
        check(disk.restart(Fate.TORN, number), history, seed);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("after failing " + failed, e);
      }
    }
  }

  @Test
  void aPoisonedLogThrowsItsFirstFailureAgain() {
    MemoryDisk disk = new MemoryDisk(1);
    Wal wal = WalFixture.small(disk).create(WalFixture.METADATA);
    wal.append(new HardState(1, 1, 0), List.of(WalFixture.entry(1, 1, "a")));
    disk.fail(operation -> operation.kind() == Operation.Kind.DATA_SYNC, 5);
    assertThatThrownBy(wal::sync)
        .hasMessageStartingWith("fdatasync")
        .hasMessageEndingWith("0000000000000000-0000000000000000.wal: input/output error");
    disk.heal();
    assertThatThrownBy(wal::sync).isInstanceOf(DiskException.class);
    assertThatThrownBy(() -> wal.append(HardState.EMPTY, List.of(WalFixture.entry(1, 2, "b"))))
        .isInstanceOf(DiskException.class);
    assertThatThrownBy(() -> wal.releaseTo(1)).isInstanceOf(DiskException.class);
    wal.close();
    assertThat(disk.openFiles()).isEmpty();
  }
}
