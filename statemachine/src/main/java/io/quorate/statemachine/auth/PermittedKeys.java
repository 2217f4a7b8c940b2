package io.quorate.statemachine.auth;

import io.quorate.statemachine.request.Permission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * All keys that one user may read, or write: the union of the ranges that its roles permit, as
 * disjoint intervals in order (spec/server.md 5.4). A requested range must lie inside one of them,
 * since ranges that touch have become one:
 *
 * <pre>
 * granted  [a, c)  [c, f)      k        →   [a, f)  [k, k\0)
 * asked    [b, d) yes   [b, g) no   k yes   [k, l) no
 * </pre>
 *
 * Immutable.
 */
final class PermittedKeys {
  /** Stands for "no upper bound" among the ends. */
  private static final byte[] UNBOUNDED = {};

  private record Interval(byte[] begin, byte[] endExclusive) {}

  // begins[i] < ends[i] < begins[i + 1]; the last end may be UNBOUNDED.
  private final byte[][] begins;
  private final byte[][] ends;

  private PermittedKeys(List<Interval> disjoint) {
    begins = disjoint.stream().map(Interval::begin).toArray(byte[][]::new);
    ends = disjoint.stream().map(Interval::endExclusive).toArray(byte[][]::new);
  }

  /** What {@code permissions}, in any order, permit of {@code access}. */
  static PermittedKeys of(List<Permission> permissions, Access access) {
    List<Interval> all = new ArrayList<>();
    for (Permission permission : permissions) {
      Interval interval = interval(permission);
      // Older versions stored whatever they were given: ranges without keys permit nothing.
      if (access.allowedBy(permission.type()) && !isEmpty(interval)) {
        all.add(interval);
      }
    }
    all.sort(Comparator.comparing(Interval::begin, Arrays::compareUnsigned));
    List<Interval> merged = new ArrayList<>();
    for (Interval next : all) {
      Interval last = merged.isEmpty() ? next : merged.getLast();
      if (merged.isEmpty() || isBefore(last.endExclusive, next.begin)) {
        merged.add(next);
      } else if (isBefore(last.endExclusive, next.endExclusive)) {
        merged.set(merged.size() - 1, new Interval(last.begin, next.endExclusive));
      }
    }
    return new PermittedKeys(merged);
  }

  private static Interval interval(Permission permission) {
    byte[] key = permission.key();
    byte[] end = permission.rangeEnd();
    if (end.length == 0) {
      return new Interval(key, Arrays.copyOf(key, key.length + 1)); // the next key there can be
    }
    return new Interval(key, isOpen(end) ? UNBOUNDED : end);
  }

  private static boolean isEmpty(Interval interval) {
    return interval.begin.length == 0
        || interval.endExclusive.length > 0
            && Arrays.compareUnsigned(interval.endExclusive, interval.begin) <= 0;
  }

  private static boolean isOpen(byte[] end) {
    return end.length == 1 && end[0] == 0;
  }

  /** Whether an end lies before a begin or another end; no key lies behind {@link #UNBOUNDED}. */
  private static boolean isBefore(byte[] end, byte[] other) {
    if (end.length == 0) {
      return false;
    }
    return other.length == 0 || Arrays.compareUnsigned(end, other) < 0;
  }

  /**
   * Whether all of a range is in here.
   *
   * @param rangeEnd as in requests: empty for the one key, a zero byte for no upper bound
   */
  boolean contains(byte[] key, byte[] rangeEnd) {
    int at = lastBeginUpTo(key);
    if (at < 0) {
      return false;
    }
    byte[] end = ends[at];
    if (end.length == 0) {
      return true;
    }
    if (Arrays.compareUnsigned(key, end) >= 0) {
      return false;
    }
    return rangeEnd.length == 0 || !isOpen(rangeEnd) && Arrays.compareUnsigned(rangeEnd, end) <= 0;
  }

  private int lastBeginUpTo(byte[] key) {
    int low = 0;
    int high = begins.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (Arrays.compareUnsigned(begins[middle], key) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }
}
