package io.quorate.backend.tree;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A leaf (keys and values) or a branch (lower bounds and children). The lower bound of a branch's
 * first child stands for minus infinity and is never compared.
 *
 * <p>Only the batch that made a node, named by {@code owner}, may edit it; a published node never
 * changes. Arrays grow as needed, up to {@link #MAX_SLOTS}.
 */
final class Node {
  static final int MAX_SLOTS = 64;
  static final int MIN_SLOTS = MAX_SLOTS / 4;
  private static final int FIRST_CAPACITY = 4;

  final boolean leaf;
  final Object owner;
  byte[][] keys;
  @Nullable Object[] slots;
  int size;

  /** Sum of the weights of all values below. */
  long weight;

  Node(boolean leaf, Object owner, int capacity) {
    this.leaf = leaf;
    this.owner = owner;
    this.keys = new byte[capacity][];
    this.slots = new Object[capacity];
  }

  static Node emptyLeaf(Object owner) {
    return new Node(true, owner, FIRST_CAPACITY);
  }

  /** A copy that {@code newOwner} may edit, with room for one more. */
  Node copy(Object newOwner) {
    Node copy = new Node(leaf, newOwner, Math.min(MAX_SLOTS, size + 1));
    System.arraycopy(keys, 0, copy.keys, 0, size);
    System.arraycopy(slots, 0, copy.slots, 0, size);
    copy.size = size;
    copy.weight = weight;
    return copy;
  }

  Node child(int i) {
    Object child = slots[i];
    if (child == null) {
      throw new AssertionError("no child " + i + " of " + size);
    }
    return (Node) child;
  }

  /** In a branch: the child that {@code key} belongs to. */
  int childFor(byte[] key) {
    int low = 1;
    int high = size;
    while (low < high) { // the first child whose lower bound lies above key
      int middle = (low + high) >>> 1;
      if (Arrays.compareUnsigned(keys[middle], key) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /** In a leaf: where {@code key} stands, or -(insertion point) - 1. */
  int find(byte[] key) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      int order = Arrays.compareUnsigned(keys[middle], key);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return -low - 1;
  }

  boolean isFull() {
    return size == MAX_SLOTS;
  }

  void insert(int at, byte[] key, Object slot) {
    if (size == keys.length) {
      int capacity = Math.min(MAX_SLOTS, size + (size >> 1) + 1);
      keys = Arrays.copyOf(keys, capacity);
      slots = Arrays.copyOf(slots, capacity);
    }
    System.arraycopy(keys, at, keys, at + 1, size - at);
    System.arraycopy(slots, at, slots, at + 1, size - at);
    keys[at] = key;
    slots[at] = slot;
    size++;
  }

  @SuppressWarnings("NullAway") // clears what is no longer in use
  void removeAt(int at) {
    System.arraycopy(keys, at + 1, keys, at, size - at - 1);
    System.arraycopy(slots, at + 1, slots, at, size - at - 1);
    size--;
    keys[size] = null;
    slots[size] = null;
  }

  /** Moves the slots from {@code at} on into a new right sibling; weights are the caller's. */
  @SuppressWarnings("NullAway") // clears what is no longer in use
  Node splitAt(int at) {
    Node right = new Node(leaf, owner, Math.min(MAX_SLOTS, size - at + (size >> 2) + 1));
    right.size = size - at;
    System.arraycopy(keys, at, right.keys, 0, right.size);
    System.arraycopy(slots, at, right.slots, 0, right.size);
    Arrays.fill(keys, at, size, null);
    Arrays.fill(slots, at, size, null);
    size = at;
    return right;
  }

  /** Appends all of {@code right}, whose lower bound was {@code bound}. */
  void append(Node right, byte[] bound) {
    if (size + right.size > keys.length) {
      keys = Arrays.copyOf(keys, size + right.size);
      slots = Arrays.copyOf(slots, size + right.size);
    }
    System.arraycopy(right.keys, 0, keys, size, right.size);
    System.arraycopy(right.slots, 0, slots, size, right.size);
    if (!leaf) {
      keys[size] = bound;
    }
    size += right.size;
    weight += right.weight;
  }
}
