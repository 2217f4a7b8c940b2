package io.quorate.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.backend.schema.BucketName;
import io.quorate.io.Clock;
import io.quorate.io.Failpoints;
import io.quorate.io.memory.MemoryDisk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.helpers.NOPLogger;

/** A snapshot, and the switch to a file that another member sent. */
class SnapshotTest {
  private static final Path FILE = Path.of("/data/db");
  private static final Path RECEIVED = Path.of("/data/0000000000000007.snap.db");

  private static Backend open(MemoryDisk disk) {
    disk.createDirectories(FILE.getParent());
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
        Failpoints.NONE,
        NOPLogger.NOP_LOGGER,
        BackendListener.NONE);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void entry(Backend backend, long index, String value) {
    backend.put(BucketName.LEASE, bytes("key"), bytes(value));
    backend.applied(index, 3);
  }

  private static void settle(Backend backend) {
    for (int i = 0; i < 10; i++) {
      backend.poll(1);
      backend.commitLoop().poll(1);
    }
  }

  @Test
  void anotherMemberGoesOnFromIt() {
    Backend leader = open(new MemoryDisk(1));
    entry(leader, 7, "from the leader");
    var opening = leader.snapshot();
    assertThat(opening).isNotDone();
    settle(leader);
    entry(leader, 8, "too late for it");
    settle(leader);
    ByteBuffer bytes;
    try (BackendSnapshot snapshot = opening.join()) {
      bytes = ByteBuffer.allocate((int) snapshot.sizeBytes());
      var stream = snapshot.stream();
      assertThat(stream.sizeBytes()).isEqualTo(snapshot.sizeBytes());
      while (stream.read(bytes) > 0) {}
      assertThat(bytes.hasRemaining()).isFalse();
    }
    leader.close();

    MemoryDisk disk = new MemoryDisk(2);
    Backend follower = open(disk);
    entry(follower, 1, "old");
    settle(follower);
    entry(follower, 2, "older than what comes, never committed");
    BackendView before = follower.view();
    disk.put(RECEIVED, bytes.array());
    var reload = follower.reload(RECEIVED);
    settle(follower);
    reload.join();
    follower.reloaded();
    assertThat(follower.appliedIndex()).isEqualTo(7);
    assertThat(follower.appliedTerm()).isEqualTo(3);
    assertThat(follower.get(BucketName.LEASE, bytes("key"))).hasValue(bytes("from the leader"));
    assertThat(disk.exists(RECEIVED)).isFalse();
    // Who reads the old state goes on reading it.
    assertThat(before.get(BucketName.LEASE, bytes("key")).orElseThrow().byteSize())
        .isEqualTo("older than what comes, never committed".length());
    before.close();
    entry(follower, 8, "next");
    follower.close();
    assertThat(disk.openFiles()).isEmpty();
    Backend again = open(disk);
    assertThat(again.appliedIndex()).isEqualTo(8);
    assertThat(again.get(BucketName.LEASE, bytes("key"))).hasValue(bytes("next"));
    again.close();
  }

  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whoAskedBeforeTheCloseGetsOneAndNobodyAfterIt() {
    MemoryDisk disk = new MemoryDisk(1);
    Backend backend = open(disk);
    entry(backend, 1, "last");
    var asked = backend.snapshot();
    backend.close();
    try (BackendSnapshot snapshot = asked.join()) {
      assertThat(snapshot.appliedIndex()).isEqualTo(1);
    }
    assertThat(disk.openFiles()).isEmpty();
    assertThat(backend.snapshot()).isCompletedExceptionally();
    // As from who was told of the last commit, and opens one only now.
    assertThatThrownBy(() -> backend.commitLoop().openSnapshot())
        .hasMessage("the backend was closed");
  }

  @Test
  void whoAskedOfOneThatIsClosedInsideAnEntryIsRefused() {
    MemoryDisk disk = new MemoryDisk(1);
    Backend backend = open(disk);
    entry(backend, 1, "whole");
    backend.put(BucketName.LEASE, bytes("key"), bytes("half"));
    var asked = backend.snapshot();
    backend.close();
    assertThat(asked).isCompletedExceptionally();
    assertThat(disk.openFiles()).isEmpty();
  }

  @Test
  void aDeadDiskIsRemembered() {
    MemoryDisk disk = new MemoryDisk(1);
    Backend backend = open(disk);
    entry(backend, 1, "good");
    settle(backend);
    entry(backend, 2, "bad");
    var forced = backend.forceCommit();
    disk.fail(operation -> true, 5);
    backend.poll(1);
    assertThatThrownBy(() -> backend.commitLoop().poll(1))
        .isInstanceOf(io.quorate.io.DiskException.class);
    disk.heal();
    assertThat(forced).isCompletedExceptionally();
    assertThat(backend.failure()).isPresent();
    assertThatThrownBy(() -> entry(backend, 3, "no")).hasMessageContaining("failed to commit tx");
    var later = backend.forceCommit();
    backend.poll(1);
    assertThat(later).isCompletedExceptionally();
    backend.close();
  }
}
