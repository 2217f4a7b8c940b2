package io.quorate.statemachine.request;

import java.util.Arrays;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;

/** Keys that deletes name: disjoint spans in order, of which those that touch have become one. */
final class KeySpans {
  // From first key to the end behind the last one.
  private final TreeMap<byte[], byte[]> ends = new TreeMap<>(Arrays::compareUnsigned);

  /** As many keys as stand between the two; none if the end does not lie behind the begin. */
  void add(byte[] begin, byte[] endExclusive) {
    if (Arrays.compareUnsigned(begin, endExclusive) >= 0) {
      return;
    }
    byte[] first = begin;
    byte[] last = endExclusive;
    while (true) {
      Map.Entry<byte[], byte[]> other = ends.floorEntry(last);
      if (other == null || Arrays.compareUnsigned(other.getValue(), first) < 0) {
        break;
      }
      ends.remove(other.getKey());
      first = least(first, other.getKey());
      last = Arrays.compareUnsigned(last, other.getValue()) < 0 ? other.getValue() : last;
    }
    ends.put(first, last);
  }

  private static byte[] least(byte[] a, byte[] b) {
    return Arrays.compareUnsigned(a, b) <= 0 ? a : b;
  }

  void addAll(KeySpans others) {
    others.ends.forEach(this::add);
  }

  boolean contains(byte[] key) {
    Map.Entry<byte[], byte[]> span = ends.floorEntry(key);
    return span != null && Arrays.compareUnsigned(key, span.getValue()) < 0;
  }

  /** Whether any of {@code keys} is in here. */
  boolean containsAnyOf(NavigableSet<byte[]> keys) {
    if (keys.size() < ends.size()) {
      return keys.stream().anyMatch(this::contains);
    }
    for (Map.Entry<byte[], byte[]> span : ends.entrySet()) {
      byte[] key = keys.ceiling(span.getKey());
      if (key != null && Arrays.compareUnsigned(key, span.getValue()) < 0) {
        return true;
      }
    }
    return false;
  }

  int size() {
    return ends.size();
  }
}
