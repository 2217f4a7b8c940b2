package io.quorate.bolt;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.io.Failpoints;
import io.quorate.io.os.OsDisk;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every commit overwrites all keys with its own number. Readers on other threads find one number
 * everywhere, never a mixture and never an older one than before; the mapping is replaced
 * meanwhile.
 */
class ConcurrentReadersTest {
  private static final int COMMITS = Boolean.getBoolean("long") ? 20_000 : 300;
  private static final int KEYS = 400;
  private static final byte[] BUCKET = {'b'};
  private static final ValueLayout.OfLong NUMBER =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  @TempDir Path directory;

  @Test
  void readersSeeWholeCommitsInOrder() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    try (BoltFile file =
            BoltFile.open(
                new OsDisk(),
                directory.resolve("db"),
                BoltOptions.DEFAULT.withSync(false).withFreelistSync(false),
                Failpoints.NONE,
                BoltListener.NONE);
        ExecutorService threads = Executors.newFixedThreadPool(3)) {
      write(file, 0);
      List<Future<Long>> readers = new ArrayList<>();
      try {
        for (int i = 0; i < 3; i++) {
          Callable<Long> reader = () -> readUntil(done, file);
          readers.add(threads.submit(reader));
        }
        for (long number = 1; number <= COMMITS; number++) {
          write(file, number);
        }
      } finally {
        done.set(true);
      }
      for (Future<Long> reader : readers) {
        assertThat(reader.get()).isEqualTo(COMMITS);
      }
      assertThat(file.check()).isEmpty();
    }
  }

  private static void write(BoltFile file, long number) {
    try (WriteTransaction transaction = file.beginWrite()) {
      WritableBucket bucket = transaction.createBucketIfMissing(BUCKET);
      for (int key = 0; key < KEYS; key++) {
        // Sizes change with the number, so that pages split, merge and move.
        byte[] value = new byte[8 + (int) ((number * 7 + key) % 90)];
        ByteBuffer.wrap(value).putLong(number);
        bucket.put(key(key), value);
      }
      byte[] filler = key(KEYS + (int) number);
      bucket.put(filler, ByteBuffer.allocate(2000).putLong(number).array());
      if (number % 3 == 0 && number > 30) {
        bucket.delete(key(KEYS + (int) number - 30));
      }
      transaction.commit();
    }
  }

  private static byte[] key(int i) {
    return ByteBuffer.allocate(4).putInt(i).array();
  }

  /** Returns the last number seen. */
  private static long readUntil(AtomicBoolean done, BoltFile file) {
    long last = 0;
    while (true) {
      boolean lastRound = done.get();
      try (ReadTransaction transaction = file.beginRead()) {
        Bucket bucket = transaction.bucket(BUCKET).orElseThrow();
        long number = bucket.get(key(0)).orElseThrow().get(NUMBER, 0);
        assertThat(number).isGreaterThanOrEqualTo(last);
        last = number;
        Cursor cursor = bucket.cursor();
        cursor.first();
        for (int key = 0; key < KEYS; key++) {
          if (cursor.value().get(NUMBER, 0) != number) {
            throw new AssertionError("key " + key + " is not of commit " + number);
          }
          cursor.next();
        }
      }
      if (lastRound) {
        return last;
      }
    }
  }
}
