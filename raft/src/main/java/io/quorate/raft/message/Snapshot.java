package io.quorate.raft.message;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The state at {@code index} in place of the log up to there.
 *
 * @param data what the application made of it (etcd: the membership in v2 JSON), or null
 */
public record Snapshot(byte @Nullable [] data, ConfState confState, long index, long term) {
  public static final Snapshot EMPTY = new Snapshot(null, ConfState.EMPTY, 0, 0);

  /** Index 0 stands for no snapshot, even where a sender wrote an empty one. */
  public boolean isEmpty() {
    return index == 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Snapshot that
        && index == that.index
        && term == that.term
        && confState.equals(that.confState)
        && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return Objects.hash(Arrays.hashCode(data), confState, index, term);
  }

  @Override
  public String toString() {
    return "Snapshot[index="
        + Long.toUnsignedString(index)
        + ", term="
        + Long.toUnsignedString(term)
        + ", "
        + confState
        + "]";
  }
}
