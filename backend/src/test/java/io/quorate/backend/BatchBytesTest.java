package io.quorate.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.backend.schema.BucketName;
import io.quorate.io.Clock;
import io.quorate.io.memory.MemoryDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

/** Few large records are as much as many small ones: what is on the heap is bounded in bytes. */
class BatchBytesTest {
  private static final Path FILE = Path.of("/data/db");

  private final List<String> fired = new ArrayList<>();
  private final MemoryDisk disk = new MemoryDisk(1);

  private Backend open(BackendOptions options) {
    disk.createDirectories(FILE.getParent());
    return Backend.open(
        disk,
        FILE,
        options,
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
        name ->
            () -> {
              fired.add(name);
              return Optional.empty();
            },
        NOPLogger.NOP_LOGGER,
        BackendListener.NONE);
  }

  private static byte[] key(long index) {
    return ("k" + index).getBytes(StandardCharsets.US_ASCII);
  }

  private static void entry(Backend backend, long index, int bytes) {
    backend.put(BucketName.LEASE, key(index), new byte[bytes]);
    backend.putRevision(index + 1, 0, false, new byte[bytes]);
    backend.applied(index, 1);
  }

  private long commits() {
    return fired.stream().filter("afterCommit"::equals).count();
  }

  @Test
  void aBufferIsSealedAtSoManyBytes() {
    Backend backend =
        open(BackendOptions.DEFAULT.withInitialMapBytes(1 << 22).withBatchLimitBytes(1000));
    entry(backend, 1, 300);
    backend.commitLoop().poll(1);
    assertThat(commits()).isZero();
    entry(backend, 2, 300);
    backend.commitLoop().poll(1);
    assertThat(commits()).isEqualTo(1);
    // Two buffers may wait for the backend's thread; with the third full nothing more is applied.
    for (long index = 3; index <= 5; index++) {
      assertThat(backend.mustWait()).isFalse();
      entry(backend, index, 500);
    }
    assertThat(backend.mustWait()).isTrue();
    backend.commitLoop().poll(1);
    assertThat(backend.mustWait()).isFalse();
    backend.close();
    Backend again = open(BackendOptions.DEFAULT.withInitialMapBytes(1 << 22));
    assertThat(again.appliedIndex()).isEqualTo(5);
    for (long index = 1; index <= 5; index++) {
      assertThat(again.get(BucketName.LEASE, key(index))).isPresent();
    }
    again.close();
  }

  @Test
  void aLimitBelowOneCommitsEveryOperation() {
    for (int limit : new int[] {Integer.MIN_VALUE, -1, 0}) {
      Backend backend =
          open(BackendOptions.DEFAULT.withInitialMapBytes(1 << 22).withBatchLimit(limit));
      long first = backend.appliedIndex() + 1;
      fired.clear();
      for (long index = first; index < first + 3; index++) {
        assertThat(backend.mustWait()).isFalse();
        entry(backend, index, 1);
        backend.commitLoop().poll(1);
      }
      assertThat(commits()).isEqualTo(3);
      backend.close();
    }
  }

  /** Two of these records go beyond 16 MiB, so that three take two transactions. */
  @Test
  void aDefragmentationCommitsItsCopyAtSoManyBytes() {
    Backend backend = open(BackendOptions.DEFAULT.withInitialMapBytes(1 << 22));
    for (long index = 1; index <= 3; index++) {
      backend.put(BucketName.LEASE, key(index), new byte[9 << 20]);
      backend.applied(index, 1);
    }
    var committed = backend.forceCommit();
    while (!committed.isDone()) {
      backend.poll(1);
      backend.commitLoop().poll(1);
    }
    fired.clear();
    var done = backend.defragment();
    while (!done.isDone()) {
      backend.commitLoop().poll(1);
    }
    done.join();
    assertThat(fired.subList(0, fired.indexOf("defragBeforeRename")))
        .filteredOn("beforeSyncMetaPage"::equals)
        .hasSize(2);
    for (long index = 1; index <= 3; index++) {
      assertThat(backend.get(BucketName.LEASE, key(index)).orElseThrow()).hasSize(9 << 20);
    }
    backend.close();
  }
}
