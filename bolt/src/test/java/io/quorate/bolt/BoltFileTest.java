package io.quorate.bolt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.io.Failpoints;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.io.os.OsDisk;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoltFileTest {
  private static final Path DB = Path.of("/db");

  @TempDir Path directory;
  private final MemoryDisk disk = new MemoryDisk(1);

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String text(MemorySegment segment) {
    return new String(segment.toArray(ValueLayout.JAVA_BYTE), UTF_8);
  }

  private BoltFile open(BoltOptions options) {
    return BoltFile.open(disk, DB, options, Failpoints.NONE, BoltListener.NONE);
  }

  @Test
  void aNewFileHasTheBytesOfTheOriginal() {
    open(BoltOptions.DEFAULT).close();
    byte[] content = disk.contents(DB);
    assertThat(content).hasSize(16384);
    HexFormat hex = HexFormat.of();
    assertThat(hex.formatHex(content, 0, 80))
        .isEqualTo(
            "00000000000000000400000000000000" // page 0, meta
                + "edda0ced020000000010000000000000"
                + "03000000000000000000000000000000" // root 3, sequence 0
                + "02000000000000000400000000000000" // free list 2, high-water mark 4
                + "0000000000000000eefd8946116e5107"); // transaction 0, checksum
    assertThat(hex.formatHex(content, 4096, 4096 + 16))
        .isEqualTo("01000000000000000400000000000000");
    assertThat(hex.formatHex(content, 4096 + 64, 4096 + 80))
        .isEqualTo("01000000000000000f4879511a354c26");
    assertThat(hex.formatHex(content, 8192, 8192 + 16))
        .isEqualTo("02000000000000001000000000000000");
    assertThat(hex.formatHex(content, 12288, 12288 + 16))
        .isEqualTo("03000000000000000200000000000000");
    for (int i = 80; i < 4096; i++) {
      assertThat(content[i]).isZero();
    }
  }

  /** storage.md 1.16: a file of a member, given there as a dump. */
  @Test
  void theWorkedDumpIsRead() {
    byte[] file = new byte[5 * 4096];
    HexFormat hex = HexFormat.of();
    String[] dump = {
      "0 00000000000000000400000000000000edda0ced02000000001000000000000003000000000000000000000000000000"
          + "ffffffffffffffff05000000000000000800000000000000ed5238741b4038d0",
      "1000 01000000000000000400000000000000edda0ced02000000001000000000000003000000000000000000000000000000"
          + "ffffffffffffffff05000000000000000900000000000000cc08496912793db1",
      "3000 03000000000000000200010000000000" + "010000001000000003000000a9000000",
      "3020 6b6579" + "00000000000000000000000000000000" + "00000000000000000200030000000000",
      "3043 00000000300000001100000010000000"
          + "00000000410000001100000010000000"
          + "00000000520000001200000005000000",
      "3073 00000000000000025f0000000000000000" + "0a03666f6f1002180220012a03626172",
      "3094 00000000000000035f0000000000000000" + "0a03666f6f1002180320022a0362617a",
      "30b5 00000000000000045f000000000000000074" + "0a03666f6f"
    };
    for (String line : dump) {
      int space = line.indexOf(' ');
      byte[] part = hex.parseHex(line.substring(space + 1));
      System.arraycopy(part, 0, file, Integer.parseInt(line.substring(0, space), 16), part.length);
    }
    disk.put(DB, file);
    try (BoltFile bolt = open(BoltOptions.DEFAULT.withFreelistSync(false));
        ReadTransaction transaction = bolt.beginRead()) {
      assertThat(bolt.check()).isEmpty();
      assertThat(transaction.id()).isEqualTo(9);
      assertThat(bolt.sizeBytes()).isEqualTo(20480);
      assertThat(bolt.sizeInUseBytes()).isEqualTo(3 * 4096);
      Cursor cursor = transaction.bucket(bytes("key")).orElseThrow().cursor();
      List<String> found = new ArrayList<>();
      for (boolean more = cursor.last(); more; more = cursor.previous()) {
        found.add(hex.formatHex(cursor.keyBytes()) + " " + cursor.value().byteSize());
      }
      assertThat(found)
          .containsExactly(
              "00000000000000045f000000000000000074 5",
              "00000000000000035f0000000000000000 16",
              "00000000000000025f0000000000000000 16");
    }
  }

  @Test
  void theFileGrowsAsTheOriginalsDoes() {
    long tenGiB = 10L << 30;
    Path path = directory.resolve("db");
    try (BoltFile file =
        BoltFile.open(
            new OsDisk(),
            path,
            BoltOptions.DEFAULT.withFreelistSync(false).withInitialMapBytes(tenGiB),
            Failpoints.NONE,
            BoltListener.NONE)) {
      put(file, "b", "k", "v");
      assertThat(path.toFile().length()).isEqualTo(24576 + 16777216);
    }
    try (BoltFile file = open(BoltOptions.DEFAULT.withFreelistSync(false))) {
      put(file, "b", "k", "v");
      assertThat(disk.length(DB)).isEqualTo(32768);
    }
  }

  private static void put(BoltFile file, String bucket, String key, String value) {
    try (WriteTransaction transaction = file.beginWrite()) {
      transaction.createBucketIfMissing(bytes(bucket)).put(bytes(key), bytes(value));
      transaction.commit();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1024, 4096, 65536})
  void thePageSizeIsFoundInEitherMeta(int pageSize) {
    try (BoltFile file = open(BoltOptions.DEFAULT.withPageSizeBytes(pageSize))) {
      put(file, "b", "k", "v1");
      put(file, "b", "k", "v2");
    }
    byte[] whole = disk.contents(DB);
    for (int damaged = 0; damaged < 2; damaged++) {
      byte[] content = whole.clone();
      content[damaged * pageSize + 20] ^= 1;
      disk.put(DB, content);
      try (BoltFile file = open(BoltOptions.DEFAULT.withPageSizeBytes(2048))) {
        assertThat(file.pageSizeBytes()).isEqualTo(pageSize);
        try (ReadTransaction transaction = file.beginRead()) {
          Bucket bucket = transaction.bucket(bytes("b")).orElseThrow();
          assertThat(bucket.get(bytes("k")).map(BoltFileTest::text).orElseThrow()).startsWith("v");
        }
      }
    }
  }

  @Test
  void bucketsNest() {
    try (BoltFile file = open(BoltOptions.DEFAULT)) {
      WriteTransaction transaction = file.beginWrite();
      WritableBucket a = transaction.createBucket(bytes("a"));
      WritableBucket b = a.createBucket(bytes("b"));
      b.createBucket(bytes("c")).put(bytes("k"), bytes("deep"));
      b.sequence(7);
      a.put(bytes("plain"), bytes("x"));
      transaction.commit();
      transaction = file.beginWrite();
      WritableBucket c =
          transaction
              .bucket(bytes("a"))
              .orElseThrow()
              .bucket(bytes("b"))
              .orElseThrow()
              .bucket(bytes("c"))
              .orElseThrow();
      for (int i = 0; i < 500; i++) {
        c.put(bytes("key" + i), new byte[50]);
      }
      transaction.commit();
      assertThat(file.check()).isEmpty();
      try (ReadTransaction reader = file.beginRead()) {
        Bucket found = reader.bucket(bytes("a")).orElseThrow().bucket(bytes("b")).orElseThrow();
        assertThat(found.sequence()).isEqualTo(7);
        Bucket deep = found.bucket(bytes("c")).orElseThrow();
        assertThat(deep.get(bytes("k")).map(BoltFileTest::text)).contains("deep");
        assertThat(deep.get(bytes("key499"))).isPresent();
      }
      transaction = file.beginWrite();
      transaction.bucket(bytes("a")).orElseThrow().deleteBucket(bytes("b"));
      transaction.commit();
      assertThat(file.check()).isEmpty();
      transaction = file.beginWrite();
      transaction.deleteBucket(bytes("a"));
      transaction.commit();
      assertThat(file.check()).isEmpty();
    }
  }

  @Test
  void wrongInputIsRefusedByName() {
    try (BoltFile file = open(BoltOptions.DEFAULT)) {
      WriteTransaction transaction = file.beginWrite();
      WritableBucket bucket = transaction.createBucket(bytes("b"));
      bucket.createBucket(bytes("sub"));
      bucket.put(bytes("k"), bytes("v"));
      assertThatThrownBy(() -> bucket.put(new byte[0], bytes("v"))).hasMessage("key required");
      assertThatThrownBy(() -> bucket.put(new byte[32769], bytes("v"))).hasMessage("key too large");
      bucket.put(new byte[32768], bytes("v"));
      assertThatThrownBy(() -> bucket.put(bytes("sub"), bytes("v")))
          .hasMessage("incompatible value");
      assertThatThrownBy(() -> bucket.delete(bytes("sub"))).hasMessage("incompatible value");
      assertThatThrownBy(() -> bucket.createBucket(bytes("k"))).hasMessage("incompatible value");
      assertThatThrownBy(() -> bucket.createBucket(bytes("sub")))
          .hasMessage("bucket already exists");
      assertThatThrownBy(() -> bucket.createBucket(new byte[0])).hasMessage("bucket name required");
      assertThatThrownBy(() -> bucket.deleteBucket(bytes("none"))).hasMessage("bucket not found");
      assertThatThrownBy(() -> bucket.deleteBucket(bytes("k"))).hasMessage("incompatible value");
      assertThat(bucket.get(bytes("sub"))).isEmpty();
      transaction.commit();
      assertThatThrownBy(() -> bucket.put(bytes("k"), bytes("v"))).hasMessage("tx closed");
      assertThat(file.check()).isEmpty();
    }
    BoltFile closed = open(BoltOptions.DEFAULT.withReadOnly(true));
    assertThatThrownBy(closed::beginWrite).hasMessage("database is in read-only mode");
    closed.close();
    closed.close();
    assertThatThrownBy(closed::beginRead).hasMessage("database not open");
  }

  @Test
  void theLockIsWaitedForAsLongAsTheCallerLikes() {
    BoltFile holder = open(BoltOptions.DEFAULT);
    assertThatThrownBy(() -> open(BoltOptions.DEFAULT)).hasMessage("timeout");
    List<Integer> attempts = new ArrayList<>();
    BoltOptions patient =
        BoltOptions.DEFAULT.withLockWait(attempt -> {
          attempts.add(attempt);
          if (attempt == 3) {
            holder.close();
          }
          return true;
        });
    open(patient).close();
    assertThat(attempts).containsExactly(1, 2, 3);
    assertThat(disk.openFiles()).isEmpty();
  }

  @Test
  void readersOutliveTheFileTheyReadAndHoldItsMapping() {
    BoltFile file = open(BoltOptions.DEFAULT);
    put(file, "b", "k", "old");
    ReadTransaction reader = file.beginRead();
    for (int i = 0; i < 200; i++) { // beyond the first mapping of 32 KiB
      put(file, "b", "k" + i, "x".repeat(1000));
    }
    file.close();
    assertThat(text(reader.bucket(bytes("b")).orElseThrow().get(bytes("k")).orElseThrow()))
        .isEqualTo("old");
    assertThat(disk.openFiles()).isNotEmpty();
    reader.close();
    assertThat(disk.openFiles()).isEmpty();
    assertThatThrownBy(() -> reader.bucket(bytes("b"))).hasMessage("tx closed");
  }

  @Test
  void aLongReaderDoesNotKeepPagesThatItNeverSaw() {
    try (BoltFile file = open(BoltOptions.DEFAULT.withFreelistSync(false))) {
      for (int i = 0; i < 100; i++) {
        put(file, "b", "k" + i, "x".repeat(1000));
      }
      try (ReadTransaction reader = file.beginRead()) {
        put(file, "b", "k1", "y");
        put(file, "b", "k2", "y");
        put(file, "b", "k3", "y");
        long size = file.sizeBytes();
        for (int i = 0; i < 50; i++) {
          put(file, "b", "k" + i % 3, "z" + i);
        }
        assertThat(file.sizeBytes() - size).isLessThan(20 * 4096);
        assertThat(text(reader.bucket(bytes("b")).orElseThrow().get(bytes("k1")).orElseThrow()))
            .isEqualTo("x".repeat(1000));
      }
    }
  }

  @Test
  void theSnapshotStreamIsAFileOfItsOwn() throws Exception {
    byte[] stream;
    try (BoltFile file = open(BoltOptions.DEFAULT.withFreelistSync(false))) {
      for (int i = 0; i < 50; i++) {
        put(file, "b", "k" + i, "x".repeat(1000));
      }
      try (ReadTransaction reader = file.beginRead()) {
        put(file, "b", "k1", "changed meanwhile");
        SnapshotStream snapshot = reader.snapshot();
        assertThat(snapshot.sizeBytes()).isEqualTo(reader.sizeBytes());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer odd = ByteBuffer.allocate(777);
        for (int i = 0; i < 10; i++) {
          snapshot.read(odd.clear());
          out.write(odd.array(), 0, odd.position());
        }
        snapshot.writeTo(Channels.newChannel(out));
        assertThat(snapshot.remainingBytes()).isZero();
        assertThat(snapshot.read(odd.clear())).isEqualTo(-1);
        stream = out.toByteArray();
        assertThat(stream).hasSize((int) reader.sizeBytes());
        assertThat(stream[64]).isEqualTo((byte) reader.id());
        assertThat(stream[4096 + 64]).isEqualTo((byte) (reader.id() - 1));
      }
    }
    MemoryDisk other = new MemoryDisk(2);
    other.put(DB, stream);
    try (BoltFile copy =
            BoltFile.open(other, DB, BoltOptions.DEFAULT, Failpoints.NONE, BoltListener.NONE);
        ReadTransaction reader = copy.beginRead()) {
      assertThat(copy.check()).isEmpty();
      assertThat(text(reader.bucket(bytes("b")).orElseThrow().get(bytes("k1")).orElseThrow()))
          .isEqualTo("x".repeat(1000));
    }
  }

  @Test
  void aCompactedCopyHoldsTheSameWithoutFreePages() throws Exception {
    Path path = directory.resolve("copy");
    try (BoltFile file = open(BoltOptions.DEFAULT)) {
      WriteTransaction transaction = file.beginWrite();
      WritableBucket bucket = transaction.createBucket(bytes("key"));
      for (int i = 0; i < 25_000; i++) {
        bucket.put(ByteBuffer.allocate(8).putLong(i).array(), new byte[20]);
      }
      transaction.createBucket(bytes("nest")).createBucket(bytes("x")).put(bytes("k"), bytes("v"));
      transaction.createBucket(bytes("none"));
      transaction.commit();
      transaction = file.beginWrite();
      bucket = transaction.bucket(bytes("key")).orElseThrow();
      for (int i = 0; i < 25_000; i++) {
        if (i % 3 != 0) {
          bucket.delete(ByteBuffer.allocate(8).putLong(i).array());
        }
      }
      transaction.commit();
      assertThat(file.check()).isEmpty();
      try (ReadTransaction reader = file.beginRead();
          BoltFile copy =
              BoltFile.open(
                  new OsDisk(), path, BoltOptions.DEFAULT, Failpoints.NONE, BoltListener.NONE)) {
        Compaction.copy(reader, copy);
        assertThat(copy.check()).isEmpty();
        assertThat(copy.sizeBytes()).isLessThan(file.sizeBytes());
        try (ReadTransaction copied = copy.beginRead()) {
          assertThat(dump(copied)).isEqualTo(dump(reader)).hasSize(8334 + 1 + 4);
        }
      }
    }
    assertThat(Files.size(path)).isEqualTo(512 << 10);
  }

  private static Map<String, String> dump(Transaction transaction) {
    Map<String, String> found = new HashMap<>();
    Cursor names = transaction.cursor();
    for (boolean more = names.first(); more; more = names.next()) {
      String name = text(names.key());
      found.put(name, "");
      dump(transaction.bucket(names.keyBytes()).orElseThrow(), name, found);
    }
    return found;
  }

  private static void dump(Bucket bucket, String path, Map<String, String> found) {
    Cursor cursor = bucket.cursor();
    for (boolean more = cursor.first(); more; more = cursor.next()) {
      String key = path + "/" + HexFormat.of().formatHex(cursor.keyBytes());
      if (cursor.isBucket()) {
        found.put(key, "");
        dump(bucket.bucket(cursor.keyBytes()).orElseThrow(), key, found);
      } else {
        found.put(key, text(cursor.value()));
      }
    }
  }

  @Test
  void failpointsArePassedInTheOrderOfACommit() {
    List<String> passed = new ArrayList<>();
    Failpoints failpoints =
        asked ->
            () -> {
              passed.add(asked);
              return Optional.empty();
            };
    BoltFile file = BoltFile.open(disk, DB, BoltOptions.DEFAULT, failpoints, BoltListener.NONE);
    put(file, "b", "k", "v".repeat(50_000));
    file.close();
    assertThat(passed)
        .containsExactly(
            "mapError", // at open
            "beforeBucketPut",
            "lackOfDiskSpace",
            "resizeFileError",
            "mapError",
            "beforeSyncDataPages",
            "beforeWriteMetaError",
            "beforeSyncMetaPage",
            "unmapError", // the smaller mapping
            "unmapError");
  }

  @ParameterizedTest
  @ValueSource(strings = {"beforeWriteMetaError", "lackOfDiskSpace", "resizeFileError", "mapError"})
  void aFailpointFailsTheTransactionAndTheNextOneSucceeds(String name) {
    Map<String, Boolean> active = new HashMap<>();
    Failpoints failpoints =
        asked -> () -> active.containsKey(asked) ? Optional.of("injected") : Optional.empty();
    BoltOptions options = BoltOptions.DEFAULT;
    try (BoltFile file = BoltFile.open(disk, DB, options, failpoints, BoltListener.NONE)) {
      put(file, "b", "k", "v");
      active.put(name, true);
      String large = "x".repeat(100_000);
      assertThatThrownBy(() -> put(file, "b", "k", large))
          .isInstanceOf(BoltException.Injected.class)
          .hasMessage("injected");
      try (ReadTransaction reader = file.beginRead()) {
        assertThat(reader.bucket(bytes("b")).orElseThrow().get(bytes("k")).map(BoltFileTest::text))
            .contains("v");
      }
      active.clear();
      put(file, "b", "k", large);
      assertThat(file.check()).isEmpty();
    }
    active.put("unmapError", true);
    BoltFile file = BoltFile.open(disk, DB, options, failpoints, BoltListener.NONE);
    assertThatThrownBy(file::close).hasMessage("injected");
  }
}
