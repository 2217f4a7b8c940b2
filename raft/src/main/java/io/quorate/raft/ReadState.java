package io.quorate.raft;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a ReadIndex: reads that wait for it may be served as soon as {@code index} is
 * applied.
 *
 * @param context as it was asked with
 */
public record ReadState(long index, byte @Nullable [] context) {
  @Override
  public boolean equals(Object other) {
    return other instanceof ReadState that
        && index == that.index
        && Arrays.equals(context, that.context);
  }

  @Override
  public int hashCode() {
    return Objects.hash(index, Arrays.hashCode(context));
  }
}
