package io.quorate.mvcc;

/**
 * A range read in slices, so that a big one neither holds a thread nor fills the heap. Any one
 * thread at a time; the {@link View} it came from must stay open.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class RangeWalk {
  /** Looks at no more than {@code maxKeys} keys and hands over what is selected. */
  public boolean step(int maxKeys, KeyValueVisitor visitor) {
    throw new UnsupportedOperationException();
  }

  /** Live keys in the range; known when {@link #step} has returned true. */
  public long count() {
    throw new UnsupportedOperationException();
  }

  /** Whether the limit cut something off; known when {@link #step} has returned true. */
  public boolean more() {
    throw new UnsupportedOperationException();
  }
}
