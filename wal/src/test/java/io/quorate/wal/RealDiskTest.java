package io.quorate.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.io.Failpoints;
import io.quorate.io.fixture.RecordingLogger;
import io.quorate.io.os.OsClock;
import io.quorate.io.os.OsDisk;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.HardState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same log on a real file system: preallocation, locks, renames, permissions. */
class RealDiskTest {
  @Test
  void aLogIsCutReleasedPurgedAndReadAgain(@TempDir Path temporary) throws Exception {
    RecordingLogger log = new RecordingLogger();
    Path folder = temporary.resolve("member/wal");
    WalDirectory directory =
        new WalDirectory(
            new OsDisk(),
            folder,
            new WalOptions(1 << 20, false),
            new OsClock(),
            Failpoints.NONE,
            WalListener.NONE,
            log);
    Files.createDirectories(folder.getParent());
    List<Entry> all = new ArrayList<>();
    try (Wal wal = directory.create(WalFixture.METADATA)) {
      for (int i = 1; i <= 300; i++) {
        Entry entry = Entry.normal(1, i, new byte[10_000]);
        all.add(entry);
        wal.append(new HardState(1, 1, i), List.of(entry));
        if (i % 10 == 0) {
          wal.sync();
        }
        wal.prepareNext();
      }
      assertThatThrownBy(() -> directory.openForWrite(WalSnapshot.START))
          .isInstanceOf(WalException.Locked.class);
      wal.saveSnapshot(WalFixture.mark(250, 1));
      wal.releaseTo(250);
      directory.purge(1);
    }
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(1).allMatch(file -> permissions(file).equals("rw-------"));
    }
    assertThat(permissions(folder)).isEqualTo("rwx------");
    WalDirectory.Opened opened = directory.openRepaired(WalFixture.mark(250, 1));
    opened.wal().close();
    assertThat(opened.contents().entries()).isEqualTo(all.subList(250, 300));
  }

  private static String permissions(Path path) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
