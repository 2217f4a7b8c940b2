package io.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReadPoolTest {
  @Test
  void aScanStepsAsideUntilTheCommitIsDone() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    List<Integer> looksBeforeSlice = new ArrayList<>();
    var done = new CompletableFuture<Void>();
    try (var pool = new ReadPool(1, () -> looks.incrementAndGet() < 5)) {
      pool.run(
          () -> {
            looksBeforeSlice.add(looks.get());
            return looksBeforeSlice.size() == 3 && done.complete(null);
          },
          done::completeExceptionally);
      done.get(60, TimeUnit.SECONDS);
    }
    // The first slice never waits, the second did, and for the third there was no commit any more.
    assertThat(looksBeforeSlice).containsExactly(0, 5, 6);
  }

  @Test
  void itGoesOnThoughTheDiskHangs() throws Exception {
    AtomicInteger slices = new AtomicInteger();
    var done = new CompletableFuture<Void>();
    try (var pool = new ReadPool(1, () -> true)) {
      pool.run(
          () -> slices.incrementAndGet() == 3 && done.complete(null), done::completeExceptionally);
      done.get(60, TimeUnit.SECONDS);
    }
    assertThat(slices).hasValue(3);
  }
}
