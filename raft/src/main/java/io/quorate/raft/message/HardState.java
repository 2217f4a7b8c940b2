package io.quorate.raft.message;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a member must remember of its votes and of the log's fate. */
public record HardState(long term, long vote, long commit) {
  public static final HardState EMPTY = new HardState(0, 0, 0);

  // By hand: see ConfState.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HardState that
        && term == that.term
        && vote == that.vote
        && commit == that.commit;
  }

  @Override
  public int hashCode() {
    return Objects.hash(term, vote, commit);
  }

  public boolean isEmpty() {
    return term == 0 && vote == 0 && commit == 0;
  }
}
