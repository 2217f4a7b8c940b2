package io.quorate.statemachine.auth;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Intervals of keys in a red-black tree by their begins, each node knowing the last end below it
 * (Cormen et al., Introduction to Algorithms, 13 and 14.3).
 *
 * <p>etcd keeps permissions like this, and so must we: what it answers for a range whose end lies
 * before its begin depends on the shape of the tree, thus on the order in which intervals came; and
 * since members of a cluster have to agree about such requests too, nothing less will do.
 */
final class IntervalTree {
  /** Stands for "no upper bound" among the ends. */
  static final byte[] UNBOUNDED = {};

  private static final class Node {
    final byte[] begin;
    final byte[] endExclusive;
    byte[] lastEnd;
    boolean red = true;
    @Nullable Node parent;
    @Nullable Node left;
    @Nullable Node right;

    Node(byte[] begin, byte[] endExclusive) {
      this.begin = begin;
      this.endExclusive = endExclusive;
      this.lastEnd = endExclusive;
    }

    @Nullable Node child(boolean onLeft) {
      return onLeft ? left : right;
    }

    void child(boolean onLeft, @Nullable Node node) {
      if (onLeft) {
        left = node;
      } else {
        right = node;
      }
      if (node != null) {
        node.parent = this;
      }
    }

    void update() {
      lastEnd = endExclusive;
      if (left != null && isBefore(lastEnd, left.lastEnd)) {
        lastEnd = left.lastEnd;
      }
      if (right != null && isBefore(lastEnd, right.lastEnd)) {
        lastEnd = right.lastEnd;
      }
    }
  }

  private @Nullable Node root;

  // ---- what is there

  /** Whether the union of the intervals that [begin, end) meets covers it. */
  boolean covers(byte[] begin, byte[] endExclusive) {
    var union = new Union(begin, endExclusive);
    union.visit(root);
    return union.covers();
  }

  /**
   * The intervals that meet one of them, from the left on, as far as they leave no gap.
   *
   * <p>"Left of", "right of" and "meets" are meant for intervals with keys, of which exactly one is
   * true; one whose end comes first can be both left and right of another: left counts.
   */
  private static final class Union {
    private final byte[] begin;
    private final byte[] endExclusive;
    private byte @Nullable [] first;
    private byte[] last = UNBOUNDED;
    private boolean broken;

    Union(byte[] begin, byte[] endExclusive) {
      this.begin = begin;
      this.endExclusive = endExclusive;
    }

    boolean covers() {
      return first != null
          && !broken
          && Arrays.compareUnsigned(first, begin) <= 0
          && !isBefore(last, endExclusive);
    }

    void visit(@Nullable Node node) {
      if (node == null || broken) {
        return;
      }
      int side = side(begin, endExclusive, node.begin, node.endExclusive);
      if (side < 0) {
        visit(node.left);
      } else if (side == 0) {
        visit(node.left);
        add(node);
        visit(node.right);
      } else if (side(node.begin, node.lastEnd, begin, endExclusive) == 0) {
        visit(node.left);
        visit(node.right);
      }
    }

    private void add(Node node) {
      if (broken) {
        return;
      }
      if (first == null) {
        first = node.begin;
        last = node.endExclusive;
      } else if (isBefore(last, node.begin)) {
        broken = true;
      } else if (isBefore(last, node.endExclusive)) {
        last = node.endExclusive;
      }
    }
  }

  /** Negative if the first interval is left of the second, positive if right, 0 if they meet. */
  private static int side(byte[] begin, byte[] end, byte[] otherBegin, byte[] otherEnd) {
    if (Arrays.compareUnsigned(begin, otherBegin) < 0 && !isBehind(end, otherBegin)) {
      return -1;
    }
    return isBehind(otherEnd, begin) ? 0 : 1;
  }

  private static boolean isBehind(byte[] end, byte[] begin) {
    return end.length == 0 || Arrays.compareUnsigned(end, begin) > 0;
  }

  /** Whether an end lies before a begin or another end; no key lies behind {@link #UNBOUNDED}. */
  private static boolean isBefore(byte[] end, byte[] other) {
    if (end.length == 0) {
      return false;
    }
    return other.length == 0 || Arrays.compareUnsigned(end, other) < 0;
  }

  // ---- growing

  /** Adds an interval with at least one key; behind those that begin alike. */
  void add(byte[] begin, byte[] endExclusive) {
    Node parent = null;
    boolean onLeft = false;
    for (Node at = root; at != null; at = at.child(onLeft)) {
      parent = at;
      onLeft = Arrays.compareUnsigned(begin, at.begin) < 0;
    }
    Node added = new Node(begin, endExclusive);
    if (parent == null) {
      root = added;
    } else {
      parent.child(onLeft, added);
    }
    for (Node above = parent; above != null; above = above.parent) {
      above.update();
    }
    balance(added);
  }

  /** Only {@code added} may be red below red. */
  private void balance(Node added) {
    Node node = added;
    Node parent = node.parent;
    while (parent != null && parent.red) {
      Node grandparent = parent.parent;
      if (grandparent == null) {
        break;
      }
      boolean onLeft = parent == grandparent.left;
      Node uncle = grandparent.child(!onLeft);
      if (uncle != null && uncle.red) {
        parent.red = false;
        uncle.red = false;
        grandparent.red = true;
        node = grandparent;
      } else {
        if (node == parent.child(!onLeft)) {
          lift(node, parent);
          Node below = parent;
          parent = node;
          node = below;
        }
        parent.red = false;
        grandparent.red = true;
        lift(parent, grandparent);
      }
      parent = node.parent;
    }
    if (root != null) {
      root.red = false;
    }
  }

  /** Rotates {@code child} into the place of {@code parent}. */
  private void lift(Node child, Node parent) {
    boolean onLeft = child == parent.left;
    Node above = parent.parent;
    parent.child(onLeft, child.child(!onLeft));
    if (above == null) {
      root = child;
      child.parent = null;
    } else {
      above.child(parent == above.left, child);
    }
    child.child(!onLeft, parent);
    parent.update();
    child.update();
  }
}
