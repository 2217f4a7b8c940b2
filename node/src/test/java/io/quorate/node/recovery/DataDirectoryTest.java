package io.quorate.node.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.io.fixture.RecordingLogger;
import io.quorate.io.memory.Fate;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.io.memory.Operation;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DataDirectoryTest {
  private final MemoryDisk disk = new MemoryDisk(1);
  private final RecordingLogger log = new RecordingLogger();
  private final DataDirectory directory =
      new DataDirectory(disk, Path.of("/srv/m1.etcd"), Optional.empty(), log);

  @Test
  void foldersAreMadeForGoodAndNothingIsLeftInThem() {
    disk.put(Path.of("/srv/other"), new byte[0]);
    assertThat(directory.isInitialized()).isFalse();
    directory.prepare();
    directory.prepare();
    MemoryDisk after = disk.restart(Fate.LOST, 1);
    assertThat(after.list(Path.of("/srv/m1.etcd"))).containsExactly("member");
    assertThat(after.list(directory.member())).containsExactly("snap");
    assertThat(after.list(directory.snap())).isEmpty();
    assertThat(directory.wal()).isEqualTo(Path.of("/srv/m1.etcd/member/wal"));
    assertThat(log.lines).isEmpty();
  }

  @Test
  void aDirectoryThatCannotBeWrittenToIsRefused() {
    disk.fail(o -> o.kind() == Operation.Kind.CREATE, 5);
    assertThatThrownBy(directory::prepare)
        .isInstanceOf(CannotStartException.class)
        .hasMessage("cannot access data directory: open /srv/m1.etcd/.touch: input/output error");
    disk.fail(o -> o.kind() == Operation.Kind.CREATE_DIRECTORY && o.path().endsWith("member"), 28);
    assertThatThrownBy(directory::prepare)
        .hasMessage(
            "cannot access member directory: mkdir /srv/m1.etcd/member: no space left on device");
    disk.fail(o -> o.kind() == Operation.Kind.CREATE_DIRECTORY && o.path().endsWith("snap"), 28);
    assertThatThrownBy(directory::prepare)
        .extracting(e -> ((CannotStartException) e).stage())
        .isEqualTo("failed to create snapshot directory");
  }

  @Test
  void itIsKnownByWhatLiesAtItsTop() {
    assertThat(directory.inspect()).isEqualTo(DataDirectory.Kind.EMPTY);
    disk.put(Path.of("/srv/m1.etcd/lost+found"), new byte[0]);
    disk.put(Path.of("/srv/m1.etcd/proxy/cluster"), new byte[0]);
    assertThat(directory.inspect()).isEqualTo(DataDirectory.Kind.PROXY);
    assertThat(log.lines)
        .containsExactly(
            "WARN found invalid file under data directory filename=lost+found"
                + " data-dir=/srv/m1.etcd");
    disk.createDirectories(directory.member());
    assertThatThrownBy(directory::inspect)
        .extracting(e -> ((CannotStartException) e).ending().exitCode())
        .isEqualTo(1);
  }

  @Test
  void aFileInItsPlaceIsNotEmpty() {
    disk.put(directory.data(), new byte[0]);
    assertThatThrownBy(directory::inspect).hasMessage("open /srv/m1.etcd: not a directory");
  }
}
