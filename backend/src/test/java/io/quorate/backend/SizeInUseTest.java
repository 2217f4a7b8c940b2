package io.quorate.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.backend.schema.BucketName;
import io.quorate.io.Clock;
import io.quorate.io.Failpoints;
import io.quorate.io.memory.MemoryDisk;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

/** How much of the file is in use, as the metric and Status say it. */
class SizeInUseTest {
  private static final int KEYS = 15;
  private static final int VALUE_BYTES = 900_000;

  private final Backend backend = open();
  private int wakes;

  private static Backend open() {
    MemoryDisk disk = new MemoryDisk(1);
    Path file = Path.of("/data/db");
    disk.createDirectories(file.getParent());
    return Backend.open(
        disk,
        file,
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

  @AfterEach
  void close() {
    backend.close();
  }

  private void settle() {
    for (int i = 0; i < 10; i++) {
      backend.poll(1);
      backend.commitLoop().poll(1);
    }
  }

  private final class DeleteAll implements UpkeepJob {
    @Override
    public long step(UpkeepTransaction transaction, long nowNanos) {
      for (byte i = 0; i < KEYS; i++) {
        transaction.delete(BucketName.LEASE, new byte[] {i});
      }
      return DONE;
    }

    @Override
    public void committed() {}

    @Override
    public void abandoned() {}
  }

  private void fill() {
    for (byte i = 0; i < KEYS; i++) {
      backend.put(BucketName.LEASE, new byte[] {i}, new byte[VALUE_BYTES]);
      backend.applied(i + 1, 1);
    }
    backend.forceCommit();
    settle();
    assertThat(backend.sizeInUseBytes()).isGreaterThan(KEYS * VALUE_BYTES);
  }

  @Test
  void whatUpkeepDeletedIsFreeWithoutAnotherWrite() {
    fill();
    backend.schedule(new DeleteAll());
    settle();
    assertThat(backend.sizeInUseBytes()).isLessThan(VALUE_BYTES);
  }

  @Test
  void orAsSoonAsNobodyReadsItAnyMore() {
    fill();
    BackendView reader = backend.view();
    backend.schedule(new DeleteAll());
    settle();
    assertThat(backend.sizeInUseBytes()).isGreaterThan(KEYS * VALUE_BYTES);
    backend.onCommitted(() -> {}, () -> wakes++);
    reader.close();
    assertThat(wakes).isPositive();
    settle();
    assertThat(backend.sizeInUseBytes()).isLessThan(VALUE_BYTES);
  }

  /** The apply thread is faster than the one that commits. */
  @Test
  void whoLeavesWhenItHearsOfTheCommitWakesTheLoop() {
    fill();
    backend.onCommitted(() -> backend.poll(1), () -> wakes++);
    backend.schedule(new DeleteAll());
    wakes = 0;
    backend.commitLoop().poll(1);
    assertThat(wakes).isPositive();
    backend.commitLoop().poll(1);
    assertThat(backend.sizeInUseBytes()).isLessThan(VALUE_BYTES);
  }
}
