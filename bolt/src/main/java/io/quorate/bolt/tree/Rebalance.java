package io.quorate.bolt.tree;

/**
 * Merges nodes that deletions have left too small with a neighbour (storage.md 1.11), from the
 * leaves up. A merged node may be too large; spilling splits it again.
 */
final class Rebalance {
  private static final int LEAF_MINIMUM = 1;
  private static final int BRANCH_MINIMUM = 2;

  private final PageStore store;
  private final long thresholdBytes;

  Rebalance(PageStore store, int pageSize, double fillPercent) {
    this.store = store;
    this.thresholdBytes = (long) (pageSize * fillPercent) / 2;
  }

  /** Returns the new root. */
  Node run(Node root) {
    children(root);
    Node top = root;
    // A branch with one child says nothing; the child becomes the root.
    while (!top.leaf && top.count == 1 && top.shrunk) {
      Node child = top.child(0);
      free(top);
      child.shrunk |= !child.leaf && child.count == 1;
      top = child;
    }
    if (!top.leaf && top.count == 0) {
      Node leaf = Node.emptyLeaf(top.pages);
      free(top);
      top = leaf;
    }
    top.shrunk = false;
    return top;
  }

  private void children(Node parent) {
    if (parent.leaf) {
      return;
    }
    for (int i = 0; i < parent.count; i++) {
      Node child = parent.children[i];
      if (child != null) {
        children(child);
      }
    }
    int i = 0;
    while (i < parent.count) {
      Node child = parent.children[i];
      if (child == null || !child.shrunk || !isTooSmall(child)) {
        i++;
      } else if (child.count == 0) {
        free(child);
        parent.remove(i);
      } else if (parent.count == 1) {
        return; // no neighbour; the parent itself is too small now
      } else if (i == 0) {
        merge(parent, 0);
      } else {
        merge(parent, i - 1);
      }
    }
  }

  /** Appends child {@code left + 1} to child {@code left}. */
  private void merge(Node parent, int left) {
    Node into = parent.child(left);
    Node from = parent.child(left + 1);
    into.append(from);
    free(from);
    parent.remove(left + 1);
    into.shrunk = false;
  }

  private boolean isTooSmall(Node node) {
    return node.count <= (node.leaf ? LEAF_MINIMUM : BRANCH_MINIMUM)
        || node.sizeBytes() <= thresholdBytes;
  }

  private void free(Node node) {
    if (node.page != 0) {
      store.free(node.page, node.pageCount);
      node.page = 0;
    }
  }
}
