package io.quorate.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.backend.schema.BucketName;
import io.quorate.bolt.BoltFile;
import io.quorate.bolt.BoltListener;
import io.quorate.bolt.Cursor;
import io.quorate.bolt.ReadTransaction;
import io.quorate.bolt.WriteTransaction;
import io.quorate.io.Clock;
import io.quorate.io.Failpoints;
import io.quorate.io.memory.MemoryDisk;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

/**
 * A bucket that no version known to us makes is hashed and copied as any other (storage.md 3.8).
 */
class UnknownBucketTest {
  private static final Path FILE = Path.of("/data/db");
  private static final byte[] UNKNOWN = bytes("cluster2"); // amid the known ones
  private static final BackendOptions OPTIONS = BackendOptions.DEFAULT.withInitialMapBytes(1 << 22);

  private final MemoryDisk disk = new MemoryDisk(1);

  @BeforeEach
  void aDatabaseWithOne() {
    disk.createDirectories(FILE.getParent());
    try (BoltFile bolt = bolt();
        WriteTransaction transaction = bolt.beginWrite()) {
      transaction.createBucket(UNKNOWN).put(bytes("key"), bytes("precious"));
      transaction.commit();
    }
  }

  private BoltFile bolt() {
    return BoltFile.open(disk, FILE, OPTIONS.bolt(), Failpoints.NONE, BoltListener.NONE);
  }

  private Backend open() {
    return Backend.open(
        disk,
        FILE,
        OPTIONS,
        new Clock() {
          @Override
          public long nanos() {
            return 1;
          }

          @Override
          public long epochMillis() {
            return 1;
          }
        },
        Failpoints.NONE,
        NOPLogger.NOP_LOGGER,
        BackendListener.NONE);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void itIsHashed() {
    try (Backend backend = open()) {
      backend.put(BucketName.LEASE, bytes("lease"), bytes("value"));
      backend.applied(1, 1);
    }
    CRC32C expected = new CRC32C();
    try (BoltFile bolt = bolt();
        ReadTransaction file = bolt.beginRead()) {
      Cursor names = file.cursor();
      for (boolean more = names.first(); more; more = names.next()) {
        expected.update(names.keyBytes());
        Cursor records = file.bucket(names.keyBytes()).orElseThrow().cursor();
        for (boolean there = records.first(); there; there = records.next()) {
          expected.update(records.keyBytes());
          expected.update(records.value().toArray(ValueLayout.JAVA_BYTE));
        }
      }
    }
    try (Backend backend = open();
        BackendSnapshot snapshot = backend.commitLoop().openSnapshot()) {
      FileHash hash = snapshot.hashOfEverything();
      while (!hash.step(1)) {}
      assertThat(Integer.toUnsignedLong(hash.value())).isEqualTo(expected.getValue());
    }
  }

  @Test
  void itIsThereAfterADefragmentation() {
    try (Backend backend = open()) {
      var done = backend.defragment();
      while (!done.isDone()) {
        backend.commitLoop().poll(1);
      }
      done.join();
    }
    try (BoltFile bolt = bolt();
        ReadTransaction file = bolt.beginRead()) {
      byte[] value =
          file.bucket(UNKNOWN)
              .orElseThrow()
              .get(bytes("key"))
              .orElseThrow()
              .toArray(ValueLayout.JAVA_BYTE);
      assertThat(value).isEqualTo(bytes("precious"));
    }
  }
}
