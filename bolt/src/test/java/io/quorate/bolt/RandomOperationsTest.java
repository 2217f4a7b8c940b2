package io.quorate.bolt;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.io.Disk;
import io.quorate.io.Failpoints;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.io.os.OsDisk;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random operations on a file and on sorted maps. After every commit both hold the same, the file
 * is sound, and every reader still sees the state it began with.
 */
class RandomOperationsTest {
  private static final int SEEDS = Boolean.getBoolean("long") ? 2_000 : 24;

  @TempDir Path directory;

  @Test
  void onADiskInMemory() {
    for (int seed = 0; seed < SEEDS; seed++) {
      new Scenario(new MemoryDisk(seed), Path.of("/db"), seed).run();
    }
  }

  @Test
  void onTheRealDisk() {
    for (int seed = 0; seed < SEEDS / 4; seed++) {
      new Scenario(new OsDisk(), directory.resolve("db" + seed), 1_000_000 + seed).run();
    }
  }

  /** Bucket name → content. */
  private static final class State extends TreeMap<byte[], NavigableMap<byte[], byte[]>> {
    State() {
      super(Arrays::compareUnsigned);
    }

    NavigableMap<byte[], byte[]> make(byte[] name) {
      return computeIfAbsent(name, _ -> new TreeMap<>(Arrays::compareUnsigned));
    }

    State copy() {
      State copy = new State();
      forEach((name, map) -> copy.make(name).putAll(map));
      return copy;
    }
  }

  private record Reader(ReadTransaction transaction, State state) {}

  private static final class Scenario {
    final Disk disk;
    final Path path;
    final int seed;
    final Random random;
    final BoltOptions options;
    final ArrayDeque<Reader> readers = new ArrayDeque<>();
    State state = new State();
    BoltFile file;

    Scenario(Disk disk, Path path, int seed) {
      this.disk = disk;
      this.path = path;
      this.seed = seed;
      this.random = new Random(seed);
      this.options =
          BoltOptions.DEFAULT
              .withPageSizeBytes(1024 << random.nextInt(4))
              .withFreelistSync(random.nextBoolean())
              .withGrowSync(random.nextInt(4) != 0)
              .withInitialMapBytes(random.nextBoolean() ? 0 : 1 << 20);
      this.file = open();
    }

    BoltFile open() {
      return BoltFile.open(disk, path, options, Failpoints.NONE, BoltListener.NONE);
    }

    void run() {
      try {
        int commits = 5 + random.nextInt(40);
        for (int i = 0; i < commits; i++) {
          State next = state.copy();
          WriteTransaction transaction = file.beginWrite();
          change(transaction, next);
          if (random.nextInt(8) == 0) {
            compare(transaction, next);
            transaction.rollback();
          } else {
            if (random.nextInt(4) == 0) {
              compare(transaction, next);
            }
            transaction.commit();
            state = next;
          }
          assertThat(file.check()).isEmpty();
          handleReaders();
          if (random.nextInt(10) == 0) {
            reopen();
          }
        }
        reopen();
        file.close();
      } catch (Throwable e) {
        throw new AssertionError("seed " + seed + ", " + options, e);
      }
    }

    void reopen() {
      for (Reader reader : readers) {
        compare(reader.transaction, reader.state);
        reader.transaction.close();
      }
      readers.clear();
      file.close();
      file = open();
      assertThat(file.check()).isEmpty();
      try (ReadTransaction transaction = file.beginRead()) {
        compare(transaction, state);
      }
    }

    void handleReaders() {
      if (random.nextInt(3) == 0) {
        readers.add(new Reader(file.beginRead(), state));
      }
      for (Reader reader : readers) {
        if (random.nextInt(3) == 0) {
          compare(reader.transaction, reader.state);
        }
      }
      if (readers.size() > 3 || (!readers.isEmpty() && random.nextInt(4) == 0)) {
        Reader reader = random.nextBoolean() ? readers.removeFirst() : readers.removeLast();
        compare(reader.transaction, reader.state);
        reader.transaction.close();
      }
    }

    void change(WriteTransaction transaction, State next) {
      int operations = 1 + random.nextInt(random.nextInt(10) == 0 ? 1500 : 60);
      double fill = random.nextBoolean() ? 0.5 : 0.9;
      int deletePercent = random.nextInt(100);
      for (int i = 0; i < operations; i++) {
        byte[] name = {'b', (byte) random.nextInt(4)};
        if (random.nextInt(200) == 0 && next.containsKey(name)) {
          transaction.deleteBucket(name);
          next.remove(name);
          continue;
        }
        WritableBucket bucket = transaction.createBucketIfMissing(name);
        bucket.fillPercent(fill);
        NavigableMap<byte[], byte[]> map = next.make(name);
        if (random.nextInt(100) < deletePercent && !map.isEmpty()) {
          byte[] near = map.ceilingKey(key());
          byte[] key = near == null || random.nextInt(10) == 0 ? key() : near;
          bucket.delete(key);
          map.remove(key);
        } else {
          byte[] key = random.nextInt(3) == 0 ? after(map) : key();
          byte[] value = new byte[random.nextInt(random.nextInt(100) == 0 ? 20_000 : 120)];
          random.nextBytes(value);
          bucket.put(key, value);
          map.put(key, value);
        }
        if (random.nextInt(20) == 0) {
          byte[] key = key();
          assertThat(bucket.get(key).map(v -> v.toArray(ValueLayout.JAVA_BYTE)).orElse(null))
              .isEqualTo(map.get(key));
        }
      }
    }

    byte[] key() {
      byte[] key = new byte[1 + random.nextInt(random.nextInt(20) == 0 ? 300 : 3)];
      random.nextBytes(key);
      return key;
    }

    /** A key behind all others, as revisions are. */
    byte[] after(NavigableMap<byte[], byte[]> map) {
      if (map.isEmpty()) {
        return key();
      }
      byte[] last = map.lastKey().length > 40 ? new byte[] {-1} : map.lastKey();
      byte[] key = Arrays.copyOf(last, last.length + 1);
      key[last.length] = 1;
      return key;
    }

    void compare(Transaction transaction, State expected) {
      Cursor names = transaction.cursor();
      boolean more = names.first();
      for (Map.Entry<byte[], NavigableMap<byte[], byte[]>> entry : expected.entrySet()) {
        assertThat(more).isTrue();
        assertThat(names.isBucket()).isTrue();
        assertThat(names.keyBytes()).isEqualTo(entry.getKey());
        compare(transaction.bucket(entry.getKey()).orElseThrow(), entry.getValue());
        more = names.next();
      }
      assertThat(more).isFalse();
    }

    void compare(Bucket bucket, NavigableMap<byte[], byte[]> expected) {
      Cursor cursor = bucket.cursor();
      boolean more = cursor.first();
      for (Map.Entry<byte[], byte[]> entry : expected.entrySet()) {
        assertThat(more).isTrue();
        check(cursor, entry);
        more = cursor.next();
      }
      assertThat(more).isFalse();
      more = cursor.last();
      for (Map.Entry<byte[], byte[]> entry : expected.descendingMap().entrySet()) {
        assertThat(more).isTrue();
        check(cursor, entry);
        more = cursor.previous();
      }
      assertThat(more).isFalse();
      for (int i = 0; i < 5; i++) {
        byte[] key = key();
        Map.Entry<byte[], byte[]> ceiling = expected.ceilingEntry(key);
        assertThat(cursor.seek(key)).isEqualTo(ceiling != null);
        if (ceiling != null) {
          check(cursor, ceiling);
        }
        assertThat(bucket.get(key).map(v -> v.toArray(ValueLayout.JAVA_BYTE)).orElse(null))
            .isEqualTo(expected.get(key));
      }
    }

    static void check(Cursor cursor, Map.Entry<byte[], byte[]> entry) {
      if (!Arrays.equals(cursor.keyBytes(), entry.getKey())
          || !Arrays.equals(cursor.value().toArray(ValueLayout.JAVA_BYTE), entry.getValue())) {
        assertThat(cursor.key().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(entry.getKey());
        assertThat(cursor.value().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(entry.getValue());
      }
    }
  }
}
