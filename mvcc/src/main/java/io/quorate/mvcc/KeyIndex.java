package io.quorate.mvcc;

import io.quorate.backend.tree.SharedTree;
import io.quorate.backend.tree.TreeRoot;
import java.util.Optional;

/**
 * From each key to the revisions it has. A persistent tree, edited by the apply thread and
 * published once per batch; the weight of a key is 1 while it is alive, so that counting at the
 * newest revision needs no walk.
 */
final class KeyIndex {
  private final SharedTree<Generation> tree = new SharedTree<>(KeyIndex::weight);

  static long weight(Generation newest) {
    return newest.ended ? 0 : 1;
  }

  Optional<Generation> get(byte[] key) {
    return tree.get(key);
  }

  /** A put of {@code key}; returns its history with it. */
  Generation put(byte[] key, long main, long sub) {
    return tree.update(
        key,
        before -> before == null ? Generation.first(main, 1, main, sub) : before.put(main, sub));
  }

  Generation update(byte[] key, SharedTree.Change<Generation> change) {
    return tree.update(key, change);
  }

  void put(byte[] key, Generation newest) {
    tree.put(key, newest);
  }

  void remove(byte[] key) {
    tree.remove(key);
  }

  TreeRoot<Generation> publish() {
    return tree.publish();
  }

  TreeRoot<Generation> peek() {
    return tree.peek();
  }
}
