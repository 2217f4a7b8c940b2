package io.quorate.bolt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.io.DiskException;
import io.quorate.io.Failpoints;
import io.quorate.io.memory.Fate;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.io.memory.PowerCut;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The power is cut after every single write and sync of a commit, and what was not synced is lost,
 * kept or torn. Whatever is found then is sound and holds the state before or after the commit, and
 * after it if the commit had returned.
 */
class PowerCutTest {
  private static final Path DB = Path.of("/db");
  private static final byte[] BUCKET = {'k', 'e', 'y'};
  private static final int SCENARIOS = Boolean.getBoolean("long") ? 200 : 6;
  private static final int TORN = Boolean.getBoolean("long") ? 40 : 6;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCommitIsWholeOrAbsent(boolean freelistSync) {
    for (int seed = 0; seed < SCENARIOS; seed++) {
      BoltOptions options =
          BoltOptions.DEFAULT.withFreelistSync(freelistSync).withGrowSync(seed % 2 == 0);
      MemoryDisk prepared = new MemoryDisk(seed);
      try (BoltFile file = open(prepared, options)) {
        for (int i = 0; i < 4; i++) {
          commit(file, new Random(seed * 10L + i));
        }
      }
      prepared.settle();
      Map<String, String> before = contents(prepared.copy(0), options);
      MemoryDisk whole = prepared.copy(0);
      Map<String, String> after;
      try (BoltFile file = open(whole, options)) {
        commit(file, new Random(seed + 77));
      }
      after = contents(whole, options);
      assertThat(after).isNotEqualTo(before);
      for (int cut = 0; cutAfter(prepared, options, seed, cut, before, after); cut++) {}
    }
  }

  /** Returns whether the power did go before the commit was through. */
  private static boolean cutAfter(
      MemoryDisk prepared,
      BoltOptions options,
      int seed,
      int cut,
      Map<String, String> before,
      Map<String, String> after) {
    MemoryDisk disk = prepared.copy(seed);
    BoltFile file = open(disk, options);
    disk.cutPowerAfter(cut);
    boolean through = true;
    try {
      commit(file, new Random(seed + 77));
    } catch (PowerCut e) {
      through = false;
    }
    for (int k = 0; k < TORN + 2; k++) {
      Fate fate = k == 0 ? Fate.LOST : k == 1 ? Fate.KEPT : Fate.TORN;
      Map<String, String> found = contents(disk.restart(fate, k), options);
      String which = "seed %d, cut after %d, %s %d".formatted(seed, cut, fate, k);
      if (through) {
        assertThat(found).as(which).isEqualTo(after);
      } else {
        assertThat(found.equals(before) || found.equals(after)).as(which).isTrue();
      }
    }
    return !through;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFailedWriteOrSyncPoisonsTheFileAndHarmsNothingCommitted(boolean freelistSync) {
    BoltOptions options = BoltOptions.DEFAULT.withFreelistSync(freelistSync);
    MemoryDisk prepared = new MemoryDisk(5);
    try (BoltFile file = open(prepared, options)) {
      commit(file, new Random(1));
    }
    prepared.settle();
    Map<String, String> before = contents(prepared.copy(0), options);
    MemoryDisk whole = prepared.copy(0);
    whole.recordOperations();
    try (BoltFile file = open(whole, options)) {
      commit(file, new Random(2));
    }
    Map<String, String> after = contents(whole, options);
    int operations = whole.recordedOperations().size();
    assertThat(operations).isGreaterThan(3);
    for (int n = 1; n <= operations; n++) {
      MemoryDisk disk = prepared.copy(n);
      BoltFile file = open(disk, options);
      disk.failOperation(n, DiskException.ENOSPC);
      ReadTransaction reader = file.beginRead();
      assertThatThrownBy(() -> commit(file, new Random(2))).isInstanceOf(DiskException.class);
      assertThat(contents(reader)).isEqualTo(before); // the mapping can still be read
      disk.heal();
      assertThatThrownBy(() -> commit(file, new Random(3))).isInstanceOf(DiskException.class);
      reader.close();
      file.close();
      Map<String, String> found = contents(disk.restart(Fate.TORN, n), options);
      assertThat(found.equals(before) || found.equals(after)).isTrue();
    }
  }

  private static BoltFile open(MemoryDisk disk, BoltOptions options) {
    return BoltFile.open(disk, DB, options, Failpoints.NONE, BoltListener.NONE);
  }

  private static void commit(BoltFile file, Random random) {
    WriteTransaction transaction = file.beginWrite();
    WritableBucket bucket = transaction.createBucketIfMissing(BUCKET);
    for (int i = 0; i < 300; i++) {
      byte[] key = {(byte) random.nextInt(8), (byte) random.nextInt(40)};
      if (random.nextInt(3) == 0) {
        bucket.delete(key);
      } else {
        byte[] value = new byte[random.nextInt(200)];
        random.nextBytes(value);
        bucket.put(key, value);
      }
    }
    try {
      transaction.commit();
    } finally {
      transaction.close();
    }
  }

  private static Map<String, String> contents(MemoryDisk disk, BoltOptions options) {
    try (BoltFile file = open(disk, options)) {
      assertThat(file.check()).isEmpty();
      try (ReadTransaction transaction = file.beginRead()) {
        return contents(transaction);
      }
    }
  }

  private static Map<String, String> contents(ReadTransaction transaction) {
    Map<String, String> contents = new TreeMap<>();
    Cursor cursor = transaction.bucket(BUCKET).orElseThrow().cursor();
    for (boolean more = cursor.first(); more; more = cursor.next()) {
      contents.put(
          HexFormat.of().formatHex(cursor.keyBytes()),
          Arrays.toString(cursor.value().toArray(ValueLayout.JAVA_BYTE)));
    }
    return contents;
  }
}
