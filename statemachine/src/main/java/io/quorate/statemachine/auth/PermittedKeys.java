package io.quorate.statemachine.auth;

import io.quorate.statemachine.request.Permission;
import java.util.Arrays;
import java.util.List;

/**
 * All keys that one user may read, or write: the union of the ranges that its roles permit
 * (spec/server.md 5.4). A requested range must lie inside it, where ranges that touch are one:
 *
 * <pre>
 * granted  [a, c)  [c, f)      k        →   [a, f)  [k, k\0)
 * asked    [b, d) yes   [b, g) no   k yes   [k, l) no
 * </pre>
 *
 * Immutable once made.
 */
final class PermittedKeys {
  private final IntervalTree granted = new IntervalTree();

  private PermittedKeys() {}

  /** What {@code permissions} permit of {@code access}, in the order in which they are stored. */
  static PermittedKeys of(List<Permission> permissions, Access access) {
    var keys = new PermittedKeys();
    for (Permission permission : permissions) {
      byte[] key = permission.key();
      byte[] end = end(key, permission.rangeEnd());
      // Older versions stored whatever they were given: ranges without keys permit nothing.
      if (access.allowedBy(permission.type()) && !isEmpty(key, end)) {
        keys.granted.add(key, end);
      }
    }
    return keys;
  }

  private static byte[] end(byte[] key, byte[] rangeEnd) {
    if (rangeEnd.length == 0) {
      return Arrays.copyOf(key, key.length + 1); // the next key there can be
    }
    boolean open = rangeEnd.length == 1 && rangeEnd[0] == 0;
    return open ? IntervalTree.UNBOUNDED : rangeEnd;
  }

  private static boolean isEmpty(byte[] key, byte[] end) {
    return key.length == 0 || end.length > 0 && Arrays.compareUnsigned(end, key) <= 0;
  }

  /**
   * Whether all of a range is in here. For one whose end lies before its key, the answer is etcd's.
   *
   * @param rangeEnd as in requests: empty for the one key, a zero byte for no upper bound
   */
  boolean contains(byte[] key, byte[] rangeEnd) {
    return granted.covers(key, end(key, rangeEnd));
  }
}
