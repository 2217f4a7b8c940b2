package io.quorate.io.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.io.Disk.Mode;
import io.quorate.io.DiskException;
import io.quorate.io.DiskFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemoryDiskTest {
  private static final Path DIRECTORY = Path.of("/d");
  private static final Path FILE = DIRECTORY.resolve("f");

  private final MemoryDisk disk = new MemoryDisk(1);

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private static String text(MemoryDisk disk, Path file) {
    return new String(disk.contents(file), UTF_8);
  }

  @Test
  void aWriteIsCertainOnlyAfterASyncOfItsFileAndANameAfterOneOfItsDirectory() {
    disk.createDirectories(DIRECTORY);
    disk.syncDirectory(Path.of("/"));
    DiskFile file = disk.open(FILE, Mode.CREATE);
    file.write(bytes("one"), 0);
    file.dataSync();
    assertThat(disk.copy(1).exists(FILE)).isTrue();
    assertThat(disk.restart(Fate.LOST, 1).exists(FILE)).isFalse();
    assertThat(text(disk.restart(Fate.KEPT, 1), FILE)).isEqualTo("one");
  }

  @Test
  void whatWasWrittenAfterTheSyncIsLostKeptOrTorn() {
    disk.put(FILE, new byte[0]);
    DiskFile file = disk.open(FILE, Mode.WRITE);
    file.write(bytes("a".repeat(2048)), 0);
    file.dataSync();
    file.write(bytes("b".repeat(2048)), 0);
    assertThat(text(disk.restart(Fate.LOST, 1), FILE)).isEqualTo("a".repeat(2048));
    assertThat(text(disk.restart(Fate.KEPT, 1), FILE)).isEqualTo("b".repeat(2048));
    Set<String> seen = new HashSet<>();
    for (int seed = 0; seed < 200; seed++) {
      String torn = text(disk.restart(Fate.TORN, seed), FILE);
      assertThat(torn).matches("((a{512})|(b{512})){4}");
      seen.add(torn);
    }
    assertThat(seen).hasSize(16);
  }

  @Test
  void aRenameIsSeenWholeOrNotAtAll() {
    disk.put(FILE, "new".getBytes(UTF_8));
    disk.put(Path.of("/e/f"), "old".getBytes(UTF_8));
    disk.rename(FILE, Path.of("/e/f"));
    MemoryDisk before = disk.restart(Fate.LOST, 1);
    assertThat(text(before, FILE) + text(before, Path.of("/e/f"))).isEqualTo("newold");
    MemoryDisk after = disk.restart(Fate.KEPT, 1);
    assertThat(after.exists(FILE)).isFalse();
    assertThat(text(after, Path.of("/e/f"))).isEqualTo("new");
  }

  @Test
  void aLinkIsFollowedUntilItIsDeletedItself() {
    disk.put(FILE, "text".getBytes(UTF_8));
    Path link = Path.of("/l");
    disk.link(link, DIRECTORY);
    assertThat(disk.isDirectory(link)).isTrue();
    assertThat(disk.isSymbolicLink(link)).isTrue();
    assertThat(disk.isSymbolicLink(DIRECTORY)).isFalse();
    assertThat(text(disk, link.resolve("f"))).isEqualTo("text");
    assertThat(disk.copy(1).isSymbolicLink(link)).isTrue();
    disk.delete(link);
    assertThat(disk.exists(link)).isFalse();
    assertThat(text(disk, FILE)).isEqualTo("text");
  }

  @Test
  void theLastOperationBeforeAPowerCutNeverReturns() {
    disk.put(FILE, new byte[0]);
    DiskFile file = disk.open(FILE, Mode.WRITE);
    disk.cutPowerAfter(2);
    file.write(bytes("x"), 0);
    assertThatThrownBy(() -> file.write(bytes("y"), 1)).isInstanceOf(PowerCut.class);
    assertThatThrownBy(() -> disk.exists(FILE)).isInstanceOf(PowerCut.class);
    file.close();
    assertThat(text(disk.restart(Fate.KEPT, 1), FILE)).isEqualTo("xy");
  }

  @Test
  void aFailedSyncPoisonsTheFileAndItsWritesMayBeGoneForEver() {
    disk.put(FILE, "old".getBytes(UTF_8));
    DiskFile file = disk.open(FILE, Mode.WRITE);
    file.write(bytes("new"), 0);
    disk.failOperation(1, 5);
    assertThatThrownBy(file::dataSync)
        .isInstanceOf(DiskException.class)
        .hasMessage("fdatasync /d/f: input/output error");
    assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1), 0))
        .hasMessage("fdatasync /d/f: input/output error");
    assertThat(disk.openFiles()).containsExactly("/d/f");
    file.close();
    assertThat(disk.openFiles()).isEmpty();
    assertThat(text(disk.restart(Fate.KEPT, 1), FILE)).isIn("old", "new");
  }

  @Test
  void locksBelongToTheOpenFileAndEndWithIt() {
    disk.put(FILE, new byte[0]);
    DiskFile one = disk.open(FILE, Mode.WRITE);
    DiskFile two = disk.open(FILE, Mode.WRITE);
    assertThat(one.tryOfdLock()).isTrue();
    assertThat(two.tryOfdLock()).isFalse();
    assertThat(two.tryFlock(false)).isTrue();
    assertThat(one.tryFlock(true)).isFalse();
    assertThat(one.tryFlock(false)).isTrue();
    one.close();
    assertThat(two.tryOfdLock()).isTrue();
    assertThat(two.tryFlock(true)).isTrue();
  }

  @Test
  void aMappingShowsLaterWrites() {
    disk.put(FILE, "abc".getBytes(UTF_8));
    DiskFile file = disk.open(FILE, Mode.WRITE);
    MemorySegment mapping = file.map(4096);
    file.write(bytes("xyz"), 2);
    assertThat(mapping.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 'a');
    assertThat(mapping.get(ValueLayout.JAVA_BYTE, 4)).isEqualTo((byte) 'z');
    file.unmap(mapping);
  }

  @Test
  void missingFilesSayAsGoDoes() {
    assertThatThrownBy(() -> disk.open(FILE, Mode.READ))
        .hasMessage("open /d/f: no such file or directory")
        .matches(e -> ((DiskException) e).isNotFound());
    disk.delete(FILE);
  }

  @Test
  void sparseContentReadsBackAsWritten() {
    disk.put(FILE, new byte[0]);
    DiskFile file = disk.open(FILE, Mode.WRITE);
    file.preallocate(64_000_000);
    file.write(bytes("tail"), 63_999_998);
    assertThat(file.length()).isEqualTo(64_000_002);
    ByteBuffer read = ByteBuffer.allocate(8);
    assertThat(file.read(read, 63_999_996)).isEqualTo(6);
    assertThat(new String(read.array(), 0, 6, UTF_8)).isEqualTo("\0\0tail");
    file.truncate(63_999_999);
    file.truncate(64_000_001);
    read.clear();
    assertThat(file.read(read, 63_999_996)).isEqualTo(5);
    assertThat(new String(read.array(), 0, 5, UTF_8)).isEqualTo("\0\0t\0\0");
  }
}
