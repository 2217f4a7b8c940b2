package io.quorate.mvcc.watch;

import io.quorate.mvcc.KeyRange;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which watchers care for a key: those of exactly that key in a sorted map, those of ranges in an
 * interval tree (a treap ordered by start, each node knowing the greatest end below it). Both cost
 * the logarithm of the number of distinct keys and ranges, plus what is found.
 */
final class WatcherIndex {
  private final TreeMap<byte[], Set<Watcher>> singles = new TreeMap<>(Arrays::compareUnsigned);
  private @Nullable Interval root;
  private long seed = 0x9E3779B97F4A7C15L;
  private int size;

  private static final class Interval {
    final KeyRange range;
    final long priority;
    final Set<Watcher> watchers = new LinkedHashSet<>();
    @Nullable Interval left;
    @Nullable Interval right;

    /** Of this and all below; null is no bound. */
    byte @Nullable [] greatestEnd;

    Interval(KeyRange range, long priority) {
      this.range = range;
      this.priority = priority;
      this.greatestEnd = end(range);
    }
  }

  private static byte @Nullable [] end(KeyRange range) {
    return range.isFromKey() ? null : range.end();
  }

  int size() {
    return size;
  }

  void add(Watcher watcher) {
    KeyRange range = watcher.request().range();
    size++;
    if (range.isSingle()) {
      singles.computeIfAbsent(range.key(), key -> new LinkedHashSet<>()).add(watcher);
    } else {
      root = insert(root, range, watcher);
    }
  }

  void remove(Watcher watcher) {
    KeyRange range = watcher.request().range();
    size--;
    if (range.isSingle()) {
      Set<Watcher> there = singles.get(range.key());
      if (there == null || !there.remove(watcher)) {
        throw new AssertionError("not in the index: " + watcher);
      }
      if (there.isEmpty()) {
        singles.remove(range.key());
      }
    } else {
      root = remove(root, range, watcher);
    }
  }

  /** Tells {@code each} every watcher whose key or range contains {@code key}. */
  void matching(byte[] key, Consumer<Watcher> each) {
    Set<Watcher> exact = singles.get(key);
    if (exact != null) {
      exact.forEach(each);
    }
    matching(root, key, each);
  }

  private static void matching(@Nullable Interval node, byte[] key, Consumer<Watcher> each) {
    Interval at = node;
    while (at != null) {
      byte[] greatest = at.greatestEnd;
      if (greatest != null && Arrays.compareUnsigned(greatest, key) <= 0) {
        return; // everything here ends before key
      }
      matching(at.left, key, each);
      if (Arrays.compareUnsigned(at.range.key(), key) > 0) {
        return; // this and all to the right begin behind key
      }
      if (at.range.contains(key)) {
        at.watchers.forEach(each);
      }
      at = at.right;
    }
  }

  void forEach(Consumer<Watcher> each) {
    singles.values().forEach(set -> set.forEach(each));
    forEach(root, each);
  }

  private static void forEach(@Nullable Interval node, Consumer<Watcher> each) {
    if (node != null) {
      forEach(node.left, each);
      node.watchers.forEach(each);
      forEach(node.right, each);
    }
  }

  void clear() {
    singles.clear();
    root = null;
    size = 0;
  }

  private static int compare(KeyRange left, KeyRange right) {
    int order = Arrays.compareUnsigned(left.key(), right.key());
    return order != 0 ? order : Arrays.compareUnsigned(left.end(), right.end());
  }

  private Interval insert(@Nullable Interval node, KeyRange range, Watcher watcher) {
    if (node == null) {
      seed += 0x9E3779B97F4A7C15L;
      long mixed = (seed ^ (seed >>> 30)) * 0xBF58476D1CE4E5B9L;
      Interval leaf = new Interval(range, mixed ^ (mixed >>> 27));
      leaf.watchers.add(watcher);
      return leaf;
    }
    int order = compare(range, node.range);
    if (order == 0) {
      node.watchers.add(watcher);
      return node;
    }
    Interval top = node;
    if (order < 0) {
      Interval left = insert(node.left, range, watcher);
      node.left = left;
      if (left.priority > node.priority) {
        top = rotateRight(node, left);
      }
    } else {
      Interval right = insert(node.right, range, watcher);
      node.right = right;
      if (right.priority > node.priority) {
        top = rotateLeft(node, right);
      }
    }
    update(top);
    return top;
  }

  private @Nullable Interval remove(@Nullable Interval node, KeyRange range, Watcher watcher) {
    if (node == null) {
      throw new AssertionError("not in the index: " + watcher);
    }
    int order = compare(range, node.range);
    if (order < 0) {
      node.left = remove(node.left, range, watcher);
    } else if (order > 0) {
      node.right = remove(node.right, range, watcher);
    } else {
      if (!node.watchers.remove(watcher)) {
        throw new AssertionError("not in the index: " + watcher);
      }
      if (node.watchers.isEmpty()) {
        return join(node.left, node.right);
      }
    }
    update(node);
    return node;
  }

  private static @Nullable Interval join(@Nullable Interval left, @Nullable Interval right) {
    if (left == null) {
      return right;
    }
    if (right == null) {
      return left;
    }
    if (left.priority > right.priority) {
      left.right = join(left.right, right);
      update(left);
      return left;
    }
    right.left = join(left, right.left);
    update(right);
    return right;
  }

  private static Interval rotateRight(Interval node, Interval left) {
    node.left = left.right;
    left.right = node;
    update(node);
    return left;
  }

  private static Interval rotateLeft(Interval node, Interval right) {
    node.right = right.left;
    right.left = node;
    update(node);
    return right;
  }

  private static void update(Interval node) {
    byte @Nullable [] greatest = end(node.range);
    greatest = greater(greatest, node.left);
    node.greatestEnd = greater(greatest, node.right);
  }

  private static byte @Nullable [] greater(byte @Nullable [] end, @Nullable Interval child) {
    if (end == null || child == null) {
      return end;
    }
    byte[] other = child.greatestEnd;
    return other == null || Arrays.compareUnsigned(other, end) > 0 ? other : end;
  }
}
