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
    try (var pool =
        new ReadPool(1, () -> looks.incrementAndGet() < 5, done::completeExceptionally)) {
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
    try (var pool = new ReadPool(1, () -> true, done::completeExceptionally)) {
      pool.run(
          () -> slices.incrementAndGet() == 3 && done.complete(null), done::completeExceptionally);
      done.get(60, TimeUnit.SECONDS);
    }
    assertThat(slices).hasValue(3);
  }

  @Test
  void anErrorEndsTheScanAndTheMember() throws Exception {
    var answer = new CompletableFuture<Void>();
    var deaths = new CompletableFuture<Throwable>();
    try (var pool = new ReadPool(1, () -> false, deaths::complete)) {
      var dead = new InternalError("a fault occurred in an unsafe memory access operation");
      pool.run(
          () -> {
            throw dead;
          },
          answer::completeExceptionally);
      assertThat(deaths.get(60, TimeUnit.SECONDS)).isSameAs(dead);
      assertThat(answer).isCompletedExceptionally();
    }
  }

  @Test
  void anExceptionEndsTheScanAlone() throws Exception {
    var answer = new CompletableFuture<Void>();
    var deaths = new CompletableFuture<Throwable>();
    var next = new CompletableFuture<Void>();
    try (var pool = new ReadPool(1, () -> false, deaths::complete)) {
      pool.run(
          () -> {
            throw new IllegalStateException("compacted");
          },
          answer::completeExceptionally);
      pool.run(() -> next.complete(null), next::completeExceptionally);
      next.get(60, TimeUnit.SECONDS);
    }
    assertThat(answer).isCompletedExceptionally();
    assertThat(deaths).isNotDone();
  }
}
