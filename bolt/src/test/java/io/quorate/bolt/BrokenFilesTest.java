package io.quorate.bolt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.io.Failpoints;
import io.quorate.io.fixture.Fixtures;
import io.quorate.io.os.OsDisk;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files of the original, whole and damaged ({@code fixtures/broken-db}). What it reads, we read;
 * what it refuses, we refuse with its text; where it crashes, we refuse and say why.
 */
class BrokenFilesTest {
  /** {@code etcdutl snapshot status}: CRC-32C over bucket names, keys and values. */
  private static final long HASH = 2022957992L;

  @TempDir Path directory;

  private Path fixture(String name) throws IOException {
    Path source = Fixtures.shared("fixtures/broken-db/" + name + ".db.gz");
    Path target = directory.resolve("db");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(source))) {
      Files.copy(in, target);
    }
    return target;
  }

  private static BoltFile open(Path path, boolean readOnly) {
    BoltOptions options = BoltOptions.DEFAULT.withFreelistSync(false).withReadOnly(readOnly);
    return BoltFile.open(new OsDisk(), path, options, Failpoints.NONE, BoltListener.NONE);
  }

  private static long hash(BoltFile file) {
    CRC32C crc = new CRC32C();
    try (ReadTransaction transaction = file.beginRead()) {
      Cursor names = transaction.cursor();
      for (boolean more = names.first(); more; more = names.next()) {
        crc.update(names.keyBytes());
        Cursor cursor = transaction.bucket(names.keyBytes()).orElseThrow().cursor();
        for (boolean some = cursor.first(); some; some = cursor.next()) {
          crc.update(cursor.keyBytes());
          crc.update(cursor.value().toArray(ValueLayout.JAVA_BYTE));
        }
      }
    }
    return crc.getValue();
  }

  @ParameterizedTest
  @CsvSource({
    "meta-newer-bad, 2022957992",
    "meta-older-bad, 2022957992",
    "meta0-magic, 2022957992",
    "truncated-at-hwm, 2022957992",
    "freelist-synced, 2022957992",
    "value-bit-flip, 2812705566"
  })
  void whatTheOriginalReadsIsRead(String name, long hash) throws IOException {
    Path path = fixture(name);
    try (BoltFile file = open(path, true)) {
      assertThat(file.check()).isEmpty();
      assertThat(hash(file)).isEqualTo(hash);
      assertThat(file.sizeBytes()).isEqualTo(65536);
    }
    writeAndReadBack(path, hash);
  }

  private static void writeAndReadBack(Path path, long hash) {
    try (BoltFile file = open(path, false)) {
      assertThat(hash(file)).isEqualTo(hash);
      WriteTransaction transaction = file.beginWrite();
      transaction.createBucket(new byte[] {'x'}).put(new byte[] {'k'}, new byte[3000]);
      transaction.commit();
      transaction = file.beginWrite();
      transaction.deleteBucket(new byte[] {'x'});
      transaction.commit();
      assertThat(file.check()).isEmpty();
      assertThat(hash(file)).isEqualTo(hash);
    }
    try (BoltFile file = open(path, true)) {
      assertThat(file.check()).isEmpty();
      assertThat(hash(file)).isEqualTo(hash);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "meta0-zeroed, 'assertion failed: page 0: has unexpected type/flags: 0'",
    "meta1-zeroed, 'assertion failed: Page expected to be: 1, but self identifies as 0'"
  })
  void aZeroedMetaPageIsReadAroundButFailsTheCheck(String name, String text) throws IOException {
    Path path = fixture(name);
    try (BoltFile file = open(path, false)) {
      assertThat(hash(file)).isEqualTo(HASH);
      assertThatThrownBy(file::check).isInstanceOf(BoltException.Corrupt.class).hasMessage(text);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "metas-both-bad, checksum error",
    "metas-both-zeroed, invalid database",
    "metas-version-3, version mismatch",
    "truncated-one-page, file size too small 4096",
    "truncated-100-bytes, invalid database"
  })
  void withoutAMetaPageNothingIsOpened(String name, String text) throws IOException {
    Path path = fixture(name);
    assertThatThrownBy(() -> open(path, false)).isInstanceOf(BoltException.class).hasMessage(text);
    assertThatThrownBy(() -> open(path, true)).isInstanceOf(BoltException.class).hasMessage(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "leaf-flag-zero | assertion failed: page 9: has unexpected type/flags: 0",
        "leaf-flag-freelist | freepages: failed to get all reachable pages (page 9: invalid type: freelist (stack: [14 9]))",
        "leaf-wrong-id | assertion failed: Page expected to be: 9, but self identifies as 10",
        "leaf-zeroed | assertion failed: Page expected to be: 9, but self identifies as 0",
        "branch-double-reference | freepages: failed to get all reachable pages (page 4: multiple references (stack: [14 4]))",
        "branch-beyond-hwm | assertion failed: Page expected to be: 21, but self identifies as 0",
        "leaf-key-order | freepages: failed to get all reachable pages (key[1]=(hex)000000000000007e5f0000000000000000 on leaf page(9) needs to be > (found <) than previous element (hex)000000000000007f5f0000000000000000. Stack: [14 9])",
        "freelist-page-wrong-type | invalid freelist page: 7, page type is leaf",
        // The original crashes on these, or loses data later; the words are ours.
        "leaf-flag-branch | freepages: failed to get all reachable pages (page 365072220177: out of bounds: 16 (stack: [14 9 365072220177]))",
        "truncated-half | the file is truncated: it has 8 pages of 4096 bytes, but its high-water mark is 16",
        "truncated-last-used-page | the file is truncated: it has 14 pages of 4096 bytes, but its high-water mark is 16",
        "freelist-lists-used-page | page 14: reachable freed"
      })
  void aDamagedTreeIsNotOpenedForWriting(String name, String text) throws IOException {
    Path path = fixture(name);
    assertThatThrownBy(() -> open(path, false))
        .isInstanceOf(BoltException.Corrupt.class)
        .hasMessage(text);
    try (BoltFile file = open(path, true)) {
      if (name.startsWith("freelist-lists")) {
        assertThat(file.check())
            .isEqualTo(List.of("page 14: reachable freed", "page 8: unreachable unfreed"));
      } else {
        assertThatThrownBy(file::check).isInstanceOf(BoltException.Corrupt.class).hasMessage(text);
      }
    } catch (BoltException e) {
      assertThat(e).isInstanceOf(BoltException.Corrupt.class).hasMessage(text);
    }
  }

  @Test
  void anEmptyFileBecomesADatabaseButNotForReading() throws IOException {
    Path path = fixture("empty");
    assertThatThrownBy(() -> open(path, true)).hasMessageContaining("bad file descriptor");
    try (BoltFile file = open(path, false)) {
      assertThat(file.check()).isEmpty();
    }
    assertThat(Files.size(path)).isEqualTo(16384);
  }

  @ParameterizedTest
  @ValueSource(strings = {"single-3.4", "single-3.5", "single-3.6", "single-3.7"})
  void dataDirectoriesOfFourVersions(String name) throws IOException {
    Path path = directory.resolve("db");
    Files.write(
        path,
        Fixtures.unpack(name + "/data.tar.gz", Path.of("/"))
            .contents(Path.of("/data/member/snap/db")));
    String expected = Fixtures.text(name + "/db.json");
    long hash = Long.parseLong(expected.replaceAll("(?s).*\"crc32c_all\":\\s*(\\d+).*", "$1"));
    try (BoltFile file = open(path, true)) {
      assertThat(file.check()).isEmpty();
      assertThat(hash(file)).isEqualTo(hash);
    }
    writeAndReadBack(path, hash);
  }
}
