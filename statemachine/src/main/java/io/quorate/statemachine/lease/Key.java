package io.quorate.statemachine.lease;

import java.util.Arrays;

/** A key as a map key; ordered by unsigned bytes. The array must not change. */
public record Key(byte[] bytes) implements Comparable<Key> {
  @Override
  public boolean equals(Object other) {
    return other instanceof Key that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public int compareTo(Key other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }
}
