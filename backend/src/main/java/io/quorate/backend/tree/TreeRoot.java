package io.quorate.backend.tree;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** One state of a {@link SharedTree}. Any thread. */
public final class TreeRoot<V> {
  private final Node root;

  TreeRoot(Node root) {
    this.root = root;
  }

  public Optional<V> get(byte[] key) {
    return Optional.ofNullable(find(root, key));
  }

  @SuppressWarnings("unchecked") // slots of leaves hold V only
  static <V> @Nullable V find(Node root, byte[] key) {
    Node node = root;
    while (!node.leaf) {
      node = node.child(node.childFor(key));
    }
    int at = node.find(key);
    return at < 0 ? null : (V) node.slots[at];
  }

  /** The weight of all values. */
  public long weight() {
    return root.weight;
  }

  /** The weight of all values whose keys lie below {@code key}; in logarithmic time. */
  public long weightBelow(byte[] key, ToLongFunction<V> weigher) {
    long sum = 0;
    Node node = root;
    while (!node.leaf) {
      int child = node.childFor(key);
      for (int i = 0; i < child; i++) {
        sum += node.child(i).weight;
      }
      node = node.child(child);
    }
    for (int i = 0; i < node.size && Arrays.compareUnsigned(node.keys[i], key) < 0; i++) {
      sum += weigher.applyAsLong(value(node, i));
    }
    return sum;
  }

  @SuppressWarnings("unchecked") // slots of leaves hold V only
  private static <V> V value(Node leaf, int at) {
    Object value = leaf.slots[at];
    if (value == null) {
      throw new AssertionError("an empty slot in use");
    }
    return (V) value;
  }

  /** Stands before the first key that is not below {@code start}. */
  public Walk<V> walk(byte[] start) {
    return new Walk<>(root, start);
  }

  /** Goes through a root in key order; one thread at a time. */
  public static final class Walk<V> {
    private static final int MAX_DEPTH = 16; // at least 16 slots a node: beyond any heap

    private final Node[] path = new Node[MAX_DEPTH];
    private final int[] at = new int[MAX_DEPTH];
    private int depth;
    private Node leaf;
    private int next;

    private Walk(Node root, byte[] start) {
      Node node = root;
      while (!node.leaf) {
        int child = node.childFor(start);
        path[depth] = node;
        at[depth++] = child;
        node = node.child(child);
      }
      leaf = node;
      int found = node.find(start);
      next = found >= 0 ? found : -found - 1;
    }

    /** Moves to the next key; false at the end. */
    public boolean next() {
      while (next >= leaf.size) {
        if (!nextLeaf()) {
          return false;
        }
      }
      next++;
      return true;
    }

    private boolean nextLeaf() {
      int level = depth - 1;
      while (level >= 0 && at[level] + 1 >= path[level].size) {
        level--;
      }
      if (level < 0) {
        return false;
      }
      Node node = path[level].child(++at[level]);
      while (!node.leaf) {
        path[++level] = node;
        at[level] = 0;
        node = node.child(0);
      }
      leaf = node;
      next = 0;
      return true;
    }

    /** The key moved to; not to be changed. */
    public byte[] key() {
      return leaf.keys[next - 1];
    }

    public V value() {
      return TreeRoot.value(leaf, next - 1);
    }
  }
}
