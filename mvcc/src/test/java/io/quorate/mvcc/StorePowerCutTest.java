package io.quorate.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.bolt.BoltFile;
import io.quorate.bolt.BoltListener;
import io.quorate.bolt.BoltOptions;
import io.quorate.io.Failpoints;
import io.quorate.io.memory.Fate;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.io.memory.PowerCut;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The power goes at every operation of the disk in turn, during commits, compactions and a
 * defragmentation. What is found is exactly the state after some entry, at least the last one whose
 * commit was reported; index, revision and compaction belong to it, and a compaction that was cut
 * is finished to the hash that every other member has (etcd issues 13766, 14685, 17780, 18089,
 * 19179).
 */
class StorePowerCutTest {
  private static final int STEP = Boolean.getBoolean("long") ? 1 : 23;
  private static final int SEEDS = Boolean.getBoolean("long") ? 4 : 1;
  private static final int ENTRIES = 70;
  private static final MvccOptions OPTIONS = new MvccOptions(5, Duration.ofMillis(10));

  /** What the store must be after an entry. */
  private record State(long revision, long compacted, String items) {}

  private long durableIndex;

  @Test
  void whatIsFoundIsTheStateAfterAnEntry() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      List<State> states = reference(seed);
      Map<Long, List<StoredHash>> hashes = new TreeMap<>();
      boolean cut = true;
      for (int count = 1 + seed; cut; count += STEP) {
        MemoryDisk disk = new MemoryDisk(seed);
        cut = runUntilCut(disk, seed, count);
        for (Fate fate : Fate.values()) {
          String place = "seed " + seed + ", cut at " + count + ", " + fate;
          try {
            check(disk.restart(fate, count), seed, states, hashes);
          } catch (Throwable e) {
            throw new AssertionError(place + ": " + e.getMessage(), e);
          }
        }
      }
    }
  }

  private boolean runUntilCut(MemoryDisk disk, int seed, int count) {
    durableIndex = 0;
    OneStore one = new OneStore(disk, OneStore.SMALL.withBatchLimit(8), OPTIONS, Failpoints.NONE);
    disk.cutPowerAfter(count);
    try {
      script(one, seed, ENTRIES, true);
      one.settle();
      return false;
    } catch (PowerCut e) {
      return true;
    }
  }

  /** The same entries each time; commits and upkeep wherever chance has them. */
  private void script(OneStore one, int seed, int entries, boolean work) {
    SplittableRandom random = new SplittableRandom(seed);
    SplittableRandom turns = new SplittableRandom(seed);
    for (int i = 0; i < entries; i++) {
      SplittableRandom entry = random.split();
      if (i % 20 == 19) {
        one.compact(one.store.revision() - entry.nextInt(6));
      } else {
        one.apply(t -> {
          for (int n = entry.nextInt(1, 4); n > 0; n--) {
            byte[] key = OneStore.bytes("key" + entry.nextInt(9) + n);
            if (entry.nextInt(3) == 0) {
              t.deleteRange(KeyRange.single(key), deleted -> {});
            } else {
              t.put(key, OneStore.bytes("x".repeat(entry.nextInt(900))), 0);
            }
          }
        });
      }
      if (!work) {
        continue;
      }
      if (i == 50) {
        one.backend.defragment();
      }
      if (turns.nextInt(4) == 0) {
        long index = one.backend.appliedIndex();
        one.backend.forceCommit().thenRun(() -> durableIndex = index);
      }
      for (int n = turns.nextInt(6); n > 0; n--) {
        one.now += 3_000_000;
        one.turn(turns.nextBoolean());
      }
    }
  }

  private List<State> reference(int seed) {
    List<State> states = new ArrayList<>();
    for (int entries = 0; entries <= ENTRIES; entries++) {
      OneStore one = fresh(seed, entries);
      states.add(state(one));
      one.close();
    }
    return states;
  }

  private OneStore fresh(int seed, int entries) {
    OneStore one = new OneStore(new MemoryDisk(1), OneStore.SMALL, OPTIONS, Failpoints.NONE);
    script(one, seed, entries, false);
    one.store.publish();
    return one;
  }

  private static State state(OneStore one) {
    try (View view = one.store.view()) {
      RangeResult all =
          view.range(new KeyRange(new byte[] {0}, new byte[] {0}), RangeOptions.DEFAULT);
      return new State(
          view.revision(),
          view.compactedRevision(),
          all.keyValues().stream().map(StoreModelTest::item).toList().toString());
    }
  }

  private List<StoredHash> hashes(OneStore one) {
    one.settle();
    List<StoredHash> hashes = new ArrayList<>();
    long from = Math.max(1, one.store.compactedRevision());
    for (long revision = from; revision <= one.store.revision(); revision++) {
      hashes.add(freshHash(one, revision));
    }
    return hashes;
  }

  /** Not the one that a compaction stored: that has another compact_revision. */
  private static StoredHash freshHash(OneStore one, long revision) {
    StoredHash hash = one.hash(revision);
    return hash.compactRevision() == one.store.compactedRevision()
        ? hash
        : new StoredHash(0, one.store.compactedRevision(), revision);
  }

  private void check(
      MemoryDisk found, int seed, List<State> states, Map<Long, List<StoredHash>> hashes) {
    OneStore one = new OneStore(found, OneStore.SMALL, OPTIONS, Failpoints.NONE);
    long index = one.backend.appliedIndex();
    assertThat(index).as("acknowledged is durable").isGreaterThanOrEqualTo(durableIndex);
    assertThat(state(one)).as("after entry " + index).isEqualTo(states.get((int) index));
    List<StoredHash> expected =
        hashes.computeIfAbsent(
            index,
            i -> {
              OneStore reference = fresh(seed, (int) index);
              List<StoredHash> computed = hashes(reference);
              reference.close();
              return computed;
            });
    List<StoredHash> actual = hashes(one);
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 1; i < actual.size(); i++) { // the first may be a stored one
      assertThat(actual.get(i)).isEqualTo(expected.get(i));
    }
    one.close();
    try (BoltFile file =
        BoltFile.open(
            found,
            OneStore.FILE,
            BoltOptions.DEFAULT.withFreelistSync(false).withInitialMapBytes(1 << 22),
            Failpoints.NONE,
            BoltListener.NONE)) {
      assertThat(file.check()).isEmpty();
    }
  }
}
