package io.quorate.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What the duration of applying is counted under (spec/server.md 6). */
class OpNameTest {
  private static final ApplyError COMPACTED = new ApplyError.Compacted(3, 5);
  private static final ApplyError FUTURE = new ApplyError.FutureRevision(9, 5);

  @Test
  void compactedCountsAsSuccessWhereverItComesFrom() {
    assertThat(OpName.success(compaction(COMPACTED))).isTrue();
    assertThat(OpName.success(new Outcome.Refused(5, COMPACTED))).isTrue();
    assertThat(OpName.success(compaction(FUTURE))).isFalse();
    assertThat(OpName.success(new Outcome.Refused(5, FUTURE))).isFalse();
  }

  private static Outcome compaction(ApplyError error) {
    return new Outcome.Compaction(
        5, Optional.of(error), false, CompletableFuture.completedFuture(null));
  }
}
