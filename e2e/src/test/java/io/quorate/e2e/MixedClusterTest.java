package io.quorate.e2e;

import static io.quorate.e2e.Build.ORIGINAL;
import static io.quorate.e2e.Build.ORIGINAL_35;
import static io.quorate.e2e.Build.OURS;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Members of ours and of the original, 3.6 and 3.5, are one cluster. In every case clients read and
 * write all the while; at the end their history is checked, and members, hashes and ranges at three
 * revisions, and leases are equal on all members ({@link Ensemble#finish}).
 */
class MixedClusterTest {
  /** The cases; the first six, which cover most, are also in the short run. */
  enum Case {
    ORIGINALS_AMONG_THEMSELVES(of ->
        of.found(ORIGINAL, ORIGINAL, ORIGINAL)
            .leases(0)
            .lead(0)
            .awayAndBack(1, ORIGINAL)
            .handOver(0, ORIGINAL)
            .joinLearner(1, ORIGINAL)
            .promote(1)),
    ROLLING_FROM_THE_ORIGINAL_TO_OURS_AND_BACK(of ->
        of.found(ORIGINAL, ORIGINAL, ORIGINAL)
            .leases(0)
            .handOver(0, OURS)
            .handOver(1, OURS)
            .handOver(2, OURS)
            .handOver(0, ORIGINAL)
            .handOver(1, ORIGINAL)
            .handOver(2, ORIGINAL)),
    SNAPSHOTS_BOTH_WAYS_ONE_OF_OURS(of ->
        of.found(OURS, ORIGINAL, ORIGINAL)
            .leases(1)
            .lead(1)
            .awayAndBack(0, OURS)
            .lead(0)
            .awayAndBack(1, ORIGINAL)),
    LEARNER_OF_OURS_UNDER_THE_ORIGINAL(of ->
        of.found(ORIGINAL, OURS, OURS)
            .lead(0)
            .grow(0)
            .joinLearner(0, OURS)
            .learnerAwayAndBack(OURS)
            .promote(1)
            .remove(0, 3)),
    LEARNER_OF_THE_ORIGINAL_UNDER_OURS(of ->
        of.found(OURS, OURS, ORIGINAL)
            .lead(0)
            .grow(0)
            .joinLearner(0, ORIGINAL)
            .learnerAwayAndBack(ORIGINAL)
            .promote(1)
            .remove(0, 3)),
    FROM_3_5_TO_OURS(of ->
        of.found(ORIGINAL_35, ORIGINAL_35, ORIGINAL_35)
            .leases(0)
            .clusterVersion("3.5.0")
            .handOver(0, OURS)
            .lead(0)
            .awayAndBack(1, ORIGINAL_35)
            .handOver(1, OURS)
            .clusterVersion("3.5.0")
            .handOver(2, OURS)
            .clusterVersion("3.6.0")),

    OURS_ALONE(
        of -> of.found(OURS, OURS, OURS).leases(0).lead(0).awayAndBack(1, OURS).crash(0, OURS)),
    TWO_ORIGINALS_THEN_OURS(of -> of.foundInTurn(ORIGINAL, ORIGINAL, OURS)),
    TWO_OURS_THEN_THE_ORIGINAL(of -> of.foundInTurn(OURS, OURS, ORIGINAL)),
    ONE_OF_EACH_THEN_OURS(of -> of.foundInTurn(ORIGINAL, OURS, OURS)),
    ONE_OF_EACH_THEN_THE_ORIGINAL(of -> of.foundInTurn(OURS, ORIGINAL, ORIGINAL)),
    SNAPSHOTS_BOTH_WAYS_TWO_OF_OURS(of ->
        of.found(ORIGINAL, OURS, OURS)
            .leases(1)
            .lead(0)
            .awayAndBack(1, OURS)
            .lead(1)
            .awayAndBack(0, ORIGINAL)),
    THE_ORIGINAL_FOUNDS_AND_OURS_JOIN(of ->
        of.found(ORIGINAL).grow(0).joinLearner(0, OURS).promote(0).joinLearner(1, OURS).promote(1)),
    OURS_FOUNDS_AND_THE_ORIGINAL_JOINS(of ->
        of.found(OURS)
            .grow(0)
            .joinLearner(0, ORIGINAL)
            .promote(0)
            .joinLearner(1, ORIGINAL)
            .promote(1)),
    REPLACED_BY_OURS_ONE_BY_ONE(of ->
        of.found(ORIGINAL, ORIGINAL, ORIGINAL)
            .leases(0)
            .replace(0, OURS)
            .replace(1, OURS)
            .replace(2, OURS)),
    REPLACED_BY_THE_ORIGINAL_ONE_BY_ONE(of ->
        of.found(OURS, OURS, OURS)
            .leases(0)
            .replace(0, ORIGINAL)
            .replace(1, ORIGINAL)
            .replace(2, ORIGINAL)),
    DIRECTORIES_CHANGE_HANDS_AT_ONCE(of ->
        of.found(OURS, ORIGINAL, OURS)
            .leases(0)
            .grow(0)
            .handOverAll(ORIGINAL, OURS, ORIGINAL)
            .grow(1)
            .handOverAll(OURS, ORIGINAL, OURS)),
    OURS_ROLLS_TO_THE_ORIGINAL_AND_BACK(of ->
        of.found(OURS, OURS, OURS)
            .leases(0)
            .handOver(0, ORIGINAL)
            .handOver(1, ORIGINAL)
            .handOver(2, ORIGINAL)
            .handOver(0, OURS)
            .handOver(1, OURS)
            .handOver(2, OURS)),
    THE_ORIGINAL_LEADS_AND_DIES(
        of -> of.found(ORIGINAL, OURS, OURS).lead(0).crash(0, ORIGINAL).lead(0).crash(0, OURS)),
    OURS_LEADS_AND_DIES(
        of -> of.found(OURS, ORIGINAL, ORIGINAL).lead(0).crash(0, OURS).lead(0).crash(0, ORIGINAL)),
    LEADERSHIP_GOES_ROUND(of ->
        of.found(OURS, ORIGINAL, OURS)
            .lead(0)
            .grow(1)
            .lead(1)
            .grow(2)
            .lead(2)
            .grow(0)
            .lead(1)
            .lead(0)),
    ALL_DIE_AT_ONCE(of ->
        of.found(ORIGINAL, OURS, ORIGINAL)
            .leases(2)
            .handOverAll(ORIGINAL, OURS, ORIGINAL)
            .handOverAll(ORIGINAL, OURS, ORIGINAL)),
    BEHIND_AND_UNDER_ANOTHER_BUILD(of ->
        of.found(ORIGINAL, OURS, OURS)
            .lead(1)
            .awayAndBack(0, OURS)
            .lead(0)
            .awayAndBack(1, ORIGINAL)
            .awayAndBack(2, ORIGINAL)),
    OURS_AMONG_3_5(of ->
        of.found(ORIGINAL_35, OURS, ORIGINAL_35)
            .leases(1)
            .clusterVersion("3.5.0")
            .lead(0)
            .awayAndBack(1, OURS)
            .lead(1)
            .awayAndBack(0, ORIGINAL_35)
            .clusterVersion("3.5.0")),
    ONE_OF_3_5_AMONG_OURS(of ->
        of.found(OURS, ORIGINAL_35, OURS)
            .clusterVersion("3.5.0")
            .lead(1)
            .awayAndBack(0, OURS)
            .handOver(1, ORIGINAL)
            .clusterVersion("3.6.0")),
    ONE_OF_EACH(of ->
        of.found(OURS, ORIGINAL, ORIGINAL_35)
            .leases(2)
            .clusterVersion("3.5.0")
            .lead(2)
            .awayAndBack(0, OURS)
            .awayAndBack(1, ORIGINAL)
            .handOver(2, OURS)
            .clusterVersion("3.6.0")),
    LEARNER_OF_3_5_UNDER_OURS(of ->
        of.found(OURS, ORIGINAL_35, OURS)
            .clusterVersion("3.5.0")
            .lead(0)
            .grow(0)
            .joinLearner(0, ORIGINAL_35)
            .learnerAwayAndBack(ORIGINAL_35)
            .promote(2)),
    LEARNER_OF_OURS_UNDER_3_5(of ->
        of.found(ORIGINAL_35, ORIGINAL_35, OURS)
            .clusterVersion("3.5.0")
            .lead(0)
            .grow(0)
            .joinLearner(0, OURS)
            .learnerAwayAndBack(OURS)
            .promote(2)),
    TOO_OLD_FOR_OURS(of ->
        of.found(OURS, ORIGINAL, OURS)
            .clusterVersion("3.6.0")
            .refused(0, ORIGINAL_35, "incompatible with current running cluster"));

    private final Consumer<Ensemble> story;

    Case(Consumer<Ensemble> story) {
      this.story = story;
    }
  }

  private static final int SHORT = 6;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  static List<Case> cases() {
    return Arrays.asList(Case.values())
        .subList(0, Boolean.getBoolean("long") ? Case.values().length : SHORT);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void oneCluster(Case named) {
    try (Ensemble ensemble = new Ensemble(scratch)) {
      named.story.accept(ensemble);
      ensemble.finish();
    }
  }
}
