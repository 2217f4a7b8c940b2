package io.quorate.io.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.io.Disk;
import io.quorate.io.DiskException;
import io.quorate.io.DiskFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // closing early is what some of these tests are about
class OsDiskTest {
  @TempDir Path directory;
  private final Disk disk = new OsDisk();

  @Test
  void errorsReadAsInGo() {
    Path missing = directory.resolve("missing");
    assertThatThrownBy(() -> disk.open(missing, Disk.Mode.WRITE))
        .isInstanceOfSatisfying(DiskException.class, e -> assertThat(e.isNotFound()).isTrue())
        .hasMessage("open " + missing + ": no such file or directory");
    assertThatThrownBy(() -> disk.open(directory, Disk.Mode.CREATE))
        .hasMessage("open " + directory + ": is a directory");
    assertThatThrownBy(() -> disk.open(directory, Disk.Mode.READ))
        .hasMessage("open " + directory + ": is a directory");
    assertThatThrownBy(() -> disk.list(missing))
        .hasMessage("open " + missing + ": no such file or directory");
    assertThatThrownBy(() -> disk.length(missing))
        .hasMessage("stat " + missing + ": no such file or directory");
    Path nested = directory.resolve("a/b");
    disk.createDirectories(nested);
    assertThatThrownBy(() -> disk.delete(directory.resolve("a")))
        .hasMessage("remove " + directory.resolve("a") + ": directory not empty");
    disk.delete(missing);
  }

  @Test
  void filesAre0600AndDirectories0700() {
    Path nested = directory.resolve("a/b");
    disk.createDirectories(nested);
    disk.createDirectories(nested);
    assertThat(disk.permissions(nested)).isEqualTo(0700);
    Path file = nested.resolve("f");
    disk.open(file, Disk.Mode.CREATE).close();
    assertThat(disk.permissions(file)).isEqualTo(0600);
    assertThat(disk.list(nested)).containsExactly("f");
    disk.rename(file, nested.resolve("g"));
    disk.syncDirectory(nested);
    assertThat(disk.list(nested)).containsExactly("g");
  }

  @Test
  void aLinkIsDeletedItself() throws Exception {
    Path target = directory.resolve("target");
    disk.createDirectories(target);
    Path link = Files.createSymbolicLink(directory.resolve("link"), target);
    assertThat(disk.isDirectory(link)).isTrue();
    assertThat(disk.isSymbolicLink(link)).isTrue();
    assertThat(disk.isSymbolicLink(target)).isFalse();
    disk.delete(link);
    assertThat(disk.isSymbolicLink(link)).isFalse();
    assertThat(disk.isDirectory(target)).isTrue();
  }

  @Test
  void lengthGoesUpAndDownAndWritesExtend() {
    try (DiskFile file = disk.open(directory.resolve("f"), Disk.Mode.CREATE)) {
      file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 10);
      assertThat(file.length()).isEqualTo(13);
      file.truncate(100);
      assertThat(file.length()).isEqualTo(100);
      file.truncate(12);
      assertThat(file.length()).isEqualTo(12);
      file.preallocate(1 << 20);
      assertThat(file.length()).isEqualTo(1 << 20);
      file.preallocate(5);
      assertThat(file.length()).isEqualTo(1 << 20);
      ByteBuffer into = ByteBuffer.allocate(4);
      assertThat(file.read(into, 10)).isEqualTo(4);
      assertThat(into.array()).containsExactly(1, 2, 0, 0);
      assertThat(file.read(ByteBuffer.allocate(4), 1 << 20)).isEqualTo(-1);
      file.dataSync();
      file.sync();
    }
  }

  @Test
  void flockExcludesAnotherDescriptionAndEndsWithClose() {
    Path path = directory.resolve("f");
    try (DiskFile first = disk.open(path, Disk.Mode.CREATE);
        DiskFile second = disk.open(path, Disk.Mode.WRITE);
        DiskFile third = disk.open(path, Disk.Mode.READ)) {
      assertThat(first.tryFlock(true)).isTrue();
      assertThat(second.tryFlock(true)).isFalse();
      assertThat(third.tryFlock(false)).isFalse();
      first.close();
      assertThat(third.tryFlock(false)).isTrue();
      assertThat(second.tryFlock(true)).isFalse();
      assertThat(second.tryFlock(false)).isTrue();
    }
  }

  @Test
  void openFileDescriptionLocksSurviveTheCloseOfAnotherDescriptor() {
    Path path = directory.resolve("f");
    try (DiskFile first = disk.open(path, Disk.Mode.CREATE)) {
      assertThat(first.tryOfdLock()).isTrue();
      disk.open(path, Disk.Mode.WRITE).close();
      try (DiskFile second = disk.open(path, Disk.Mode.WRITE)) {
        assertThat(second.tryOfdLock()).isFalse();
        first.close();
        assertThat(second.tryOfdLock()).isTrue();
      }
    }
  }

  @Test
  void whereThereAreNoOpenFileDescriptionLocksThoseOfFlockAreTaken() throws Exception {
    Path path = directory.resolve("f");
    disk.open(path, Disk.Mode.CREATE).close();
    for (int errno : new int[] {Posix.EINVAL, Posix.ENOSYS}) {
      try (DiskFile first = withoutOfdLocks(path, errno);
          DiskFile second = withoutOfdLocks(path, errno)) {
        assertThat(first.tryOfdLock()).isTrue();
        assertThat(second.tryOfdLock()).isFalse();
        assertThat(second.tryFlock(false)).isFalse();
        first.close();
        assertThat(second.tryOfdLock()).isTrue();
      }
    }
    try (DiskFile file = withoutOfdLocks(path, 5)) {
      assertThatThrownBy(file::tryOfdLock).hasMessage("fcntl " + path + ": input/output error");
    }
  }

  private static DiskFile withoutOfdLocks(Path path, int errno) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    return new OsDiskFile(path.toString(), channel, true, descriptor -> -errno);
  }

  @Test
  void aMappingReachesBeyondTheEndAndSeesLaterWrites() {
    try (DiskFile file = disk.open(directory.resolve("f"), Disk.Mode.CREATE)) {
      file.write(ByteBuffer.wrap(new byte[] {7}), 0);
      MemorySegment mapping = file.map(10L << 30);
      assertThat(mapping.byteSize()).isEqualTo(10L << 30);
      assertThat(mapping.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 7);
      file.truncate(1 << 20);
      file.write(ByteBuffer.wrap(new byte[] {8}), 500_000);
      assertThat(mapping.get(ValueLayout.JAVA_BYTE, 500_000)).isEqualTo((byte) 8);
      file.lockInMemory(mapping, 4096);
      file.close();
      assertThat(mapping.get(ValueLayout.JAVA_BYTE, 500_000)).isEqualTo((byte) 8);
      file.unmap(mapping);
    }
  }

  @Test
  void afterARenameTheMappingIsStillOfTheFileThatWasOpened() throws Exception {
    Path path = directory.resolve("f");
    try (DiskFile file = disk.open(path, Disk.Mode.CREATE)) {
      assertThat(file.tryFlock(true)).isTrue();
      file.write(ByteBuffer.wrap(new byte[] {1}), 0);
      Path other = directory.resolve("g");
      Files.write(other, new byte[] {2});
      disk.rename(other, path);
      MemorySegment mapping = file.map(4096);
      assertThat(mapping.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 1);
      file.unmap(mapping);
    }
  }

  @Test
  void aFailedWritePoisonsTheFile() {
    Path full = Path.of("/dev/full");
    try (DiskFile file = disk.open(full, Disk.Mode.WRITE)) {
      assertThatThrownBy(() -> file.write(ByteBuffer.wrap(new byte[] {1}), 0))
          .isInstanceOfSatisfying(DiskException.class, e -> assertThat(e.isDiskFull()).isTrue())
          .hasMessage("write /dev/full: no space left on device");
      assertThatThrownBy(file::dataSync).hasMessage("write /dev/full: no space left on device");
      assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1), 0))
          .hasMessage("write /dev/full: no space left on device");
    }
  }
}
