package io.quorate.bolt.tree;

import static io.quorate.bolt.page.Layout.HEADER_BYTES;

import java.util.ArrayList;
import java.util.List;

/**
 * Turns nodes into pages, children first (storage.md 1.11). A node that is too large becomes
 * several pages; nothing is copied for that, a page is a range of a node's elements until it is
 * written.
 */
final class Spill {
  /** Nodes with at most this many elements are never split; they get overflow pages. */
  private static final int NEVER_SPLIT = 4;

  private static final int MINIMUM_PER_PAGE = 2;

  private final PageStore store;
  private final int pageSize;
  private final long thresholdBytes;

  /** A page made of {@code node}; its first element is {@code first}. */
  private record Piece(Node node, int first, long page) {}

  Spill(PageStore store, int pageSize, double fillPercent) {
    this.store = store;
    this.pageSize = pageSize;
    this.thresholdBytes = (long) (pageSize * Math.clamp(fillPercent, 0.1, 1.0));
  }

  /** Returns the page of the root. */
  long run(Node root) {
    List<Piece> pieces = new ArrayList<>();
    spill(root, pieces);
    while (pieces.size() > 1) {
      Node above = Node.branch(root.pages, pieces.size());
      pieces.forEach(piece -> above.appendChild(piece.node, piece.first, piece.page));
      pieces.clear();
      split(above, pieces);
    }
    return pieces.getFirst().page;
  }

  private void spill(Node node, List<Piece> pieces) {
    Node written = node.leaf ? node : withNewChildren(node);
    if (node.page != 0) {
      store.free(node.page, node.pageCount);
      node.page = 0;
    }
    split(written, pieces);
  }

  /** The branch with the pages of its changed children in place of these. */
  private Node withNewChildren(Node branch) {
    Node result = Node.branch(branch.pages, branch.count + 1);
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < branch.count; i++) {
      Node child = branch.children[i];
      if (child == null) {
        result.appendChild(branch, i, branch.childPage[i]);
        continue;
      }
      pieces.clear();
      spill(child, pieces);
      for (Piece piece : pieces) {
        result.appendChild(piece.node, piece.first, piece.page);
      }
    }
    return result;
  }

  private void split(Node node, List<Piece> pieces) {
    long rest = node.sizeBytes();
    int from = 0;
    while (true) {
      int to = node.count;
      long size = rest;
      if (node.count - from > NEVER_SPLIT && rest >= pageSize) {
        size = HEADER_BYTES;
        to = from;
        while (to < node.count - MINIMUM_PER_PAGE - 1
            && (to - from < MINIMUM_PER_PAGE || size + node.elementBytes(to) <= thresholdBytes)) {
          size += node.elementBytes(to);
          to++;
        }
      }
      int count = (int) ((size + pageSize - 1) / pageSize);
      long page = store.allocate(count);
      store.stage(node, from, to, page, count);
      pieces.add(new Piece(node, from, page));
      if (to == node.count) {
        return;
      }
      rest -= size - HEADER_BYTES;
      from = to;
    }
  }
}
