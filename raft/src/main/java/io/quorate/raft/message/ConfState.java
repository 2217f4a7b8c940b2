package io.quorate.raft.message;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A configuration as it is stored; ids ascending as unsigned numbers. */
public record ConfState(
    List<Long> voters,
    List<Long> learners,
    List<Long> votersOutgoing,
    List<Long> learnersNext,
    boolean autoLeave) {
  public static final ConfState EMPTY =
      new ConfState(List.of(), List.of(), List.of(), List.of(), false);

  public ConfState {
    voters = List.copyOf(voters);
    learners = List.copyOf(learners);
    votersOutgoing = List.copyOf(votersOutgoing);
    learnersNext = List.copyOf(learnersNext);
  }

  // By hand, as in HardState: what the compiler would generate is linked at its first use, which a
  // start waits for.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ConfState that
        && voters.equals(that.voters)
        && learners.equals(that.learners)
        && votersOutgoing.equals(that.votersOutgoing)
        && learnersNext.equals(that.learnersNext)
        && autoLeave == that.autoLeave;
  }

  @Override
  public int hashCode() {
    return Objects.hash(voters, learners, votersOutgoing, learnersNext, autoLeave);
  }

  public static ConfState ofVoters(List<Long> voters) {
    return new ConfState(voters, List.of(), List.of(), List.of(), false);
  }
}
