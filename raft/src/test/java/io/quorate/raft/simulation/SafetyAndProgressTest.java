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
  private static final int CLUSTERS = Boolean.getBoolean("long") ? 20_000 : 150;
  private static final int STEPS = Boolean.getBoolean("long") ? 5_000 : 2_500;

  @Test
  void lawsHoldAndProgressReturns() {
    Long only = Long.getLong("raft.seed");
    long committed = 0;
    for (long seed = 1; seed <= CLUSTERS; seed++) {
      committed += run(only == null ? seed : only);
      if (only != null) {
        return;
      }
    }
    // A schedule in which nothing happens proves nothing.
    assertThat(committed / CLUSTERS).isGreaterThan(20);
  }

  private static int run(long seed) {
    SimulatedCluster cluster = new SimulatedCluster(seed);
    try {
      cluster.misbehave(STEPS);
      cluster.recoverAndDemandProgress();
      return cluster.committedCount();
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
