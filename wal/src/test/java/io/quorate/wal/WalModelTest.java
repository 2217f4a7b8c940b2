package io.quorate.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.io.memory.Fate;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.HardState;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random histories of a log, beside a list; with and without power cuts. */
class WalModelTest {
  private static final int RUNS = Boolean.getBoolean("long") ? 3000 : 150;

  @Test
  void aLogReadsBackAsTheListItWasGiven() {
    for (long seed = 0; seed < RUNS; seed++) {
      try {
        run(seed);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private static void run(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    MemoryDisk disk = new MemoryDisk(seed);
    disk.createDirectories(WalFixture.MEMBER);
    disk.settle();
    WalHistory history = new WalHistory();
    Wal wal = WalFixture.small(disk).create(WalFixture.METADATA);
    history.synced();
    for (int step = 0; step < 120; step++) {
      switch (random.nextInt(12)) {
        case 0 -> {
          WalSnapshot snapshot = history.snapshot(random);
          if (snapshot.index() != 0) {
            wal.saveSnapshot(snapshot);
            history.marked(snapshot);
            history.synced();
            wal.releaseTo(snapshot.index());
            WalFixture.small(disk).purge(random.nextInt(4));
          }
        }
        case 1 -> wal.prepareNext();
        case 2 -> {
          // Restart, cleanly or by a power cut.
          if (random.nextBoolean()) {
            wal.close();
            history.synced();
            assertThat(disk.openFiles()).isEmpty();
          } else {
            Fate[] fates = Fate.values();
            disk = disk.restart(fates[random.nextInt(fates.length)], random.nextLong());
          }
          wal = history.reopen(WalFixture.small(disk));
        }
        case 3 -> {
          HardState state = history.commit(random, List.of());
          wal.append(state, List.of());
          history.appended(List.of(), state);
        }
        default -> {
          List<Entry> entries = history.entries(random);
          HardState state =
              random.nextInt(3) == 0 ? HardState.EMPTY : history.commit(random, entries);
          assertThat(wal.append(state, entries)).isTrue();
          history.appended(entries, state);
          if (random.nextInt(3) != 0) {
            wal.sync();
            history.synced();
          }
        }
      }
    }
    wal.close();
    history.synced();
    history.reopen(WalFixture.small(disk)).close();
  }
}
