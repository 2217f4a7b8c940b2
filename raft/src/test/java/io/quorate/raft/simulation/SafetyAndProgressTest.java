package io.quorate.raft.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Random schedules with loss, duplication, reordering, partitions, crashes that lose what was not
 * synced, changes of members: the laws hold after every event; then the network heals, and there
 * must be progress.
 *
 * <p>A failure prints its seed; {@code -Draft.seed=…} runs that one alone.
 */
class SafetyAndProgressTest {
  private static final int CLUSTERS = Boolean.getBoolean("long") ? 5_000 : 150;
  private static final int STEPS = Boolean.getBoolean("long") ? 5_000 : 2_500;

  private record Outcome(int committedCount, boolean wedged) {}

  @Test
  void lawsHoldAndProgressReturns() {
    Long only = Long.getLong("raft.seed");
    long committed = 0;
    int wedged = 0;
    for (long seed = 1; seed <= CLUSTERS; seed++) {
      Outcome outcome = run(only == null ? seed : only);
      committed += outcome.committedCount();
      wedged += outcome.wedged() ? 1 : 0;
      if (only != null) {
        return;
      }
    }
    // A schedule in which nothing happens proves nothing.
    assertThat(committed / CLUSTERS).isGreaterThan(20);
    assertThat(wedged).isLessThanOrEqualTo(1 + CLUSTERS / 500);
  }

  private static Outcome run(long seed) {
    SimulatedCluster cluster = new SimulatedCluster(seed);
    try {
      cluster.misbehave(STEPS);
      boolean wedged = !cluster.recoverAndDemandProgress();
      return new Outcome(cluster.committedCount(), wedged);
    } catch (RuntimeException | Error e) {
      throw new AssertionError(
          e.getMessage()
              + "\n"
              + cluster.describe()
              + "  replay: mvn -pl raft test -Dtest=SafetyAndProgressTest -Draft.seed="
              + seed,
          e);
    }
  }
}
