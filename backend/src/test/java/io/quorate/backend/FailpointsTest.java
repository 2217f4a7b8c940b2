package io.quorate.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.backend.schema.BucketName;
import io.quorate.bolt.BoltException;
import io.quorate.io.Clock;
import io.quorate.io.Disk;
import io.quorate.io.DiskException;
import io.quorate.io.DiskFile;
import io.quorate.io.Failpoints;
import io.quorate.io.fixture.RecordingLogger;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.io.memory.Operation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The named places of spec/failpoints.md, in the order in which a commit passes them. */
class FailpointsTest {
  private static final Path FILE = Path.of("/data/db");

  private final List<String> fired = new ArrayList<>();
  private String failing = "";
  private final MemoryDisk disk = new MemoryDisk(1);
  private final RecordingLogger log = new RecordingLogger();

  private Backend open() {
    disk.createDirectories(FILE.getParent());
    Failpoints points =
        name ->
            () -> {
              fired.add(name);
              return name.equals(failing) ? Optional.of("injected " + name) : Optional.empty();
            };
    return Backend.open(
        disk,
        FILE,
        BackendOptions.DEFAULT.withInitialMapBytes(1 << 22),
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
        points,
        log,
        BackendListener.NONE);
  }

  private static void settle(Backend backend) {
    for (int i = 0; i < 20; i++) {
      backend.poll(1);
      backend.commitLoop().poll(1);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private List<String> own() {
    return fired.stream().filter(name -> !name.equals("beforeBucketPut")).toList();
  }

  @Test
  void aCommitPassesThemInOrder() {
    Backend backend = open();
    backend.put(BucketName.LEASE, bytes("k"), bytes("v"));
    backend.applied(1, 1);
    fired.clear();
    var done = backend.forceCommit();
    settle(backend);
    assertThat(done).isCompleted();
    assertThat(own())
        .containsSubsequence(
            "beforeStartDBTxn",
            "afterStartDBTxn",
            "commitBeforePreCommitHook",
            "commitAfterPreCommitHook",
            "beforeCommit",
            "beforeSyncDataPages",
            "beforeSyncMetaPage",
            "afterCommit");
    fired.clear();
    backend.view().close();
    assertThat(own()).containsExactly("beforeWritebackBuf", "afterWritebackBuf");
    backend.close();
  }

  @Test
  void aDefragmentationThatFailsLeavesTheOldFile() {
    for (String point : List.of("defragOpenFileError", "defragdbFail")) {
      Backend backend = open();
      long index = backend.appliedIndex();
      backend.put(BucketName.LEASE, bytes("k"), bytes(point));
      backend.applied(index + 1, 1);
      settle(backend);
      failing = point;
      var done = backend.defragment();
      settle(backend);
      assertThat(done).isCompletedExceptionally();
      assertThat(done.exceptionNow()).hasMessage("injected " + point);
      assertThat(backend.failure()).isEmpty();
      assertThat(disk.list(FILE.getParent())).containsExactly("db");
      failing = "";
      var again = backend.defragment();
      backend.put(BucketName.LEASE, bytes("k2"), bytes("meanwhile"));
      backend.applied(index + 2, 1);
      settle(backend);
      assertThat(again).isCompleted();
      assertThat(fired)
          .containsSubsequence("defragOpenFileError", "defragBeforeCopy", "defragBeforeRename");
      backend.close();
      assertThat(disk.openFiles()).isEmpty();
      backend = open();
      assertThat(backend.get(BucketName.LEASE, bytes("k"))).hasValue(bytes(point));
      assertThat(backend.get(BucketName.LEASE, bytes("k2"))).hasValue(bytes("meanwhile"));
      assertThat(backend.appliedIndex()).isEqualTo(index + 2);
      backend.close();
    }
  }

  @Test
  void aCopyThatCannotTakeTheNameStopsTheMember() {
    Backend backend = open();
    backend.put(BucketName.LEASE, bytes("k"), bytes("v"));
    backend.applied(1, 1);
    backend.forceCommit();
    settle(backend);
    disk.fail(operation -> operation.kind() == Operation.Kind.RENAME, 5);
    var done = backend.defragment();
    assertThatThrownBy(() -> settle(backend)).isInstanceOf(DiskException.class);
    assertThat(done).isCompletedExceptionally();
    assertThat(backend.failure()).isPresent();
    assertThat(log.lines)
        .filteredOn(line -> line.startsWith("ERROR"))
        .singleElement()
        .asString()
        .startsWith("ERROR failed to rename tmp database");
    disk.heal();
    backend.close();
    assertThat(disk.openFiles()).isEmpty();
    Backend again = open();
    assertThat(again.get(BucketName.LEASE, bytes("k"))).hasValue(bytes("v"));
    again.close();
  }

  @Test
  void aDamagedPageThatOnlyTheCopyMeetsStopsTheMember() {
    Backend backend = open();
    byte[] value = bytes("value".repeat(100));
    for (int i = 0; i < 100; i++) {
      backend.put(BucketName.LEASE, bytes("lease" + i), value);
    }
    backend.applied(1, 1);
    backend.forceCommit();
    settle(backend);
    zeroPagesWith("valuevalue");
    var done = backend.defragment();
    assertThatThrownBy(() -> settle(backend)).isInstanceOf(BoltException.Corrupt.class);
    assertThat(done).isCompletedExceptionally();
    assertThat(done.exceptionNow()).isInstanceOf(BoltException.Corrupt.class);
    assertThat(backend.failure()).isPresent();
    assertThat(disk.list(FILE.getParent())).containsExactly("db");
    assertThat(log.lines).contains("ERROR unexpected panic during defrag");
    backend.close();
    assertThat(disk.openFiles()).isEmpty();
  }

  private void zeroPagesWith(String text) {
    int pageBytes = 4096;
    String all = new String(disk.contents(FILE), StandardCharsets.ISO_8859_1);
    try (DiskFile file = disk.open(FILE, Disk.Mode.WRITE)) {
      for (int at = 0; at < all.length(); at += pageBytes) {
        if (all.substring(at, Math.min(at + pageBytes, all.length())).contains(text)) {
          file.write(ByteBuffer.allocate(pageBytes), at);
        }
      }
    }
  }

  @Test
  void aFullDiskDuringDefragmentationHarmsNobody() {
    Backend backend = open();
    backend.put(BucketName.LEASE, bytes("k"), bytes("v"));
    backend.applied(1, 1);
    settle(backend);
    disk.fail(operation -> operation.path().toString().contains("db.tmp"), 28);
    var done = backend.defragment();
    settle(backend);
    assertThat(done).isCompletedExceptionally();
    disk.heal();
    backend.put(BucketName.LEASE, bytes("k"), bytes("w"));
    backend.applied(2, 1);
    settle(backend);
    assertThat(backend.failure()).isEmpty();
    backend.close();
  }
}
