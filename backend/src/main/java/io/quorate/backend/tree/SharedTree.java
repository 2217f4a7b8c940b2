package io.quorate.backend.tree;

import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A B+tree edited by one thread and read by many. Nodes made since the last {@link #publish} are
 * edited in place, published ones are copied first, so a change costs a path of nodes once per
 * batch and no more than a few slots after that.
 *
 * <p>Each value has a weight; {@link TreeRoot#weightBelow} sums them without a walk.
 */
public final class SharedTree<V> {
  private final ToLongFunction<V> weigher;
  private Object owner = new Object();
  private Node root;

  /** What {@link #update} made, on its way back. */
  private @Nullable V updated;

  public SharedTree(ToLongFunction<V> weigher) {
    this.weigher = weigher;
    this.root = Node.emptyLeaf(owner);
  }

  /** Everything so far, for any thread; later changes are made to copies. */
  public TreeRoot<V> publish() {
    owner = new Object();
    return new TreeRoot<>(root);
  }

  /** Everything so far, to be used up by the writer before its next change. */
  public TreeRoot<V> peek() {
    return new TreeRoot<>(root);
  }

  public Optional<V> get(byte[] key) {
    return Optional.ofNullable(TreeRoot.find(root, key));
  }

  /** Makes the value of a key out of the one it has. */
  @FunctionalInterface
  public interface Change<V> {
    /** {@code old} is null where the key is new. */
    V apply(@Nullable V old);
  }

  /** Puts {@code value} under {@code key}; where the key stands already, its array is kept. */
  public void put(byte[] key, V value) {
    var _ = update(key, old -> value);
  }

  /** Puts what {@code change} makes of the present value, in one descent; returns it. */
  public V update(byte[] key, Change<V> change) {
    root = editable(root);
    Node sibling = update(root, key, change);
    if (sibling != null) {
      Node top = new Node(false, owner, 4);
      top.insert(0, root.keys[0], root);
      top.insert(1, sibling.keys[0], sibling);
      top.weight = root.weight + sibling.weight;
      root = top;
    }
    V made = updated;
    if (made == null) {
      throw new AssertionError("a change without a value");
    }
    updated = null;
    return made;
  }

  /** Returns the new right sibling where {@code node}, which is editable, had to be split. */
  private @Nullable Node update(Node node, byte[] key, Change<V> change) {
    if (node.leaf) {
      int at = node.find(key);
      V value = change.apply(at < 0 ? null : value(node, at));
      updated = value;
      if (at >= 0) {
        node.weight += weigher.applyAsLong(value) - weight(node.slots[at]);
        node.slots[at] = value;
        return null;
      }
      at = -at - 1;
      Node sibling = null;
      Node target = node;
      if (node.isFull()) {
        // Ascending keys fill their leaves; all others leave both halves room.
        int cut = at == node.size ? node.size - 1 : node.size / 2;
        sibling = split(node, cut);
        if (at > node.size) {
          at -= node.size;
          target = sibling;
        }
      }
      target.insert(at, key, value);
      target.weight += weigher.applyAsLong(value);
      return sibling;
    }
    int i = node.childFor(key);
    Node child = editable(node.child(i));
    node.slots[i] = child;
    long before = child.weight;
    Node added = update(child, key, change);
    node.weight += child.weight - before + (added == null ? 0 : added.weight);
    if (added == null) {
      return null;
    }
    Node sibling = null;
    Node target = node;
    int at = i + 1;
    if (node.isFull()) {
      int cut = at == node.size ? node.size - 1 : node.size / 2;
      // The weight of the added child is in node's already, so the halves are weighed without it.
      node.weight -= added.weight;
      sibling = split(node, cut);
      if (at > node.size) {
        at -= node.size;
        target = sibling;
      }
      target.weight += added.weight;
    }
    target.insert(at, added.keys[0], added);
    return sibling;
  }

  private Node split(Node node, int cut) {
    Node right = node.splitAt(cut);
    long moved = 0;
    for (int i = 0; i < right.size; i++) {
      moved += right.leaf ? weight(right.slots[i]) : right.child(i).weight;
    }
    right.weight = moved;
    node.weight -= moved;
    return right;
  }

  /** Removes {@code key}; returns whether it was there. */
  public boolean remove(byte[] key) {
    if (TreeRoot.find(root, key) == null) {
      return false;
    }
    root = editable(root);
    remove(root, key);
    while (!root.leaf && root.size == 1) {
      root = root.child(0);
    }
    return true;
  }

  private void remove(Node node, byte[] key) {
    if (node.leaf) {
      int at = node.find(key);
      node.weight -= weight(node.slots[at]);
      node.removeAt(at);
      return;
    }
    int i = node.childFor(key);
    Node child = editable(node.child(i));
    node.slots[i] = child;
    long before = child.weight;
    remove(child, key);
    node.weight += child.weight - before;
    if (child.size < Node.MIN_SLOTS && node.size > 1) {
      merge(node, i == 0 ? 0 : i - 1);
    }
  }

  /** Joins children {@code i} and {@code i + 1} where the result leaves room to grow. */
  private void merge(Node node, int i) {
    Node left = node.child(i);
    Node right = node.child(i + 1);
    if (left.size + right.size > Node.MAX_SLOTS * 3 / 4) {
      if (left.size > 0 && right.size > 0) {
        return;
      }
    }
    left = editable(left);
    left.append(right, node.keys[i + 1]);
    node.slots[i] = left;
    node.removeAt(i + 1);
  }

  private Node editable(Node node) {
    return node.owner == owner ? node : node.copy(owner);
  }

  @SuppressWarnings("unchecked") // slots of leaves hold V only
  private static <V> @Nullable V value(Node leaf, int at) {
    return (V) leaf.slots[at];
  }

  @SuppressWarnings("unchecked") // slots of leaves hold V only
  private long weight(@Nullable Object value) {
    if (value == null) {
      throw new AssertionError("an empty slot in use");
    }
    return weigher.applyAsLong((V) value);
  }
}
