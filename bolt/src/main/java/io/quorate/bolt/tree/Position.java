package io.quorate.bolt.tree;

import io.quorate.bolt.BoltException;
import io.quorate.bolt.page.Pages;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A place in a {@link Tree}: the path of pages or nodes from the root to one element of a leaf. A
 * change of the tree makes it stale; then it must be placed anew.
 */
public final class Position {
  /** No sound tree is this deep; a damaged one could lead round in circles. */
  private static final int DEPTH_LIMIT = 64;

  private final Tree tree;
  private final Pages pages;
  private @Nullable Node[] nodes = new Node[8];
  private long[] at = new long[8];
  private long[] end = new long[8];
  private int[] index = new int[8];
  private int[] count = new int[8];

  /** The level of the leaf; -1: on no element. */
  private int level = -1;

  private long changes;

  public Position(Tree tree) {
    this.tree = tree;
    this.pages = tree.pages;
  }

  static void checkDepth(int depth, long page) {
    if (depth >= DEPTH_LIMIT) {
      throw new BoltException.Corrupt(
          "page " + page + ": the tree is deeper than " + DEPTH_LIMIT + " levels");
    }
  }

  public boolean first() {
    start();
    descendFirst();
    return count[level] > 0 || forward();
  }

  public boolean last() {
    start();
    descendLast();
    return count[level] > 0 || backward();
  }

  /** Goes to the first element whose key is ≥ {@code key}. */
  public boolean seek(byte[] key) {
    start();
    while (!isLeaf()) {
      Node node = nodes[level];
      if (count[level] == 0) {
        return forward();
      }
      index[level] =
          node != null ? node.searchChild(key) : pages.searchBranch(at[level], end[level], key);
      down();
    }
    Node node = nodes[level];
    index[level] = node != null ? node.search(key) : pages.searchLeaf(at[level], end[level], key);
    return index[level] < count[level] || forward();
  }

  /** Goes on; false, and on no element, behind the last. */
  public boolean next() {
    checkFresh();
    if (level < 0) {
      return false;
    }
    if (++index[level] < count[level]) {
      return true;
    }
    return forward();
  }

  public boolean previous() {
    checkFresh();
    if (level < 0) {
      return false;
    }
    if (--index[level] >= 0) {
      return true;
    }
    return backward();
  }

  private void start() {
    changes = tree.changes();
    level = -1;
    Node root = tree.root;
    if (root != null) {
      push(root);
    } else {
      long rootAt = tree.rootAt();
      push(rootAt, tree.rootEnd(rootAt));
    }
  }

  /** The leaf is used up: climbs to the next branch with more, and down to a leaf that has some. */
  private boolean forward() {
    while (true) {
      do {
        if (--level < 0) {
          return false;
        }
      } while (index[level] + 1 >= count[level]);
      index[level]++;
      down();
      descendFirst();
      if (count[level] > 0) {
        return true;
      }
    }
  }

  private boolean backward() {
    while (true) {
      do {
        if (--level < 0) {
          return false;
        }
      } while (index[level] <= 0);
      index[level]--;
      down();
      descendLast();
      if (count[level] > 0) {
        return true;
      }
    }
  }

  private void descendFirst() {
    index[level] = 0;
    while (!isLeaf() && count[level] > 0) {
      down();
      index[level] = 0;
    }
  }

  private void descendLast() {
    index[level] = count[level] - 1;
    while (!isLeaf() && count[level] > 0) {
      down();
      index[level] = count[level] - 1;
    }
  }

  private boolean isLeaf() {
    Node node = nodes[level];
    return node != null ? node.leaf : pages.isLeaf(at[level]);
  }

  private void down() {
    Node node = nodes[level];
    int i = index[level];
    long page;
    if (node != null) {
      Node child = node.children[i];
      if (child != null) {
        push(child);
        return;
      }
      page = node.childPage[i];
    } else {
      page = pages.branchChild(at[level], i);
    }
    checkDepth(level, page);
    long pageAt = pages.treePage(page);
    push(pageAt, pages.end(pageAt));
  }

  private void push(Node node) {
    grow();
    nodes[level] = node;
    count[level] = node.count;
  }

  private void push(long pageAt, long pageEnd) {
    grow();
    nodes[level] = null;
    at[level] = pageAt;
    end[level] = pageEnd;
    count[level] = pages.count(pageAt);
  }

  private void grow() {
    level++;
    if (level == index.length) {
      nodes = Arrays.copyOf(nodes, level * 2);
      at = Arrays.copyOf(at, level * 2);
      end = Arrays.copyOf(end, level * 2);
      index = Arrays.copyOf(index, level * 2);
      count = Arrays.copyOf(count, level * 2);
    }
    index[level] = 0;
  }

  private void checkFresh() {
    if (changes != tree.changes()) {
      throw new AssertionError("the bucket has changed under its cursor");
    }
  }

  private void checkPlaced() {
    checkFresh();
    if (level < 0) {
      throw new AssertionError("the cursor is on no element");
    }
  }

  public boolean isPlaced() {
    return level >= 0;
  }

  public MemorySegment key() {
    checkPlaced();
    Node node = nodes[level];
    int i = index[level];
    return node != null
        ? node.key(i)
        : pages
            .bytes()
            .asSlice(pages.leafKey(at[level], end[level], i), pages.leafKeySize(at[level], i));
  }

  public MemorySegment value() {
    checkPlaced();
    Node node = nodes[level];
    int i = index[level];
    if (node != null) {
      return node.value(i);
    }
    long key = pages.leafKey(at[level], end[level], i);
    return pages
        .bytes()
        .asSlice(key + pages.leafKeySize(at[level], i), pages.leafValueSize(at[level], i));
  }

  public int flags() {
    checkPlaced();
    Node node = nodes[level];
    int i = index[level];
    return node != null ? node.flags[i] : pages.leafFlags(at[level], i);
  }

  public byte[] keyBytes() {
    checkPlaced();
    Node node = nodes[level];
    int i = index[level];
    return node != null
        ? node.keyBytes(i)
        : pages.copy(pages.leafKey(at[level], end[level], i), pages.leafKeySize(at[level], i));
  }

  /** Whether the key here is {@code key}. */
  public boolean isAt(byte[] key) {
    checkPlaced();
    Node node = nodes[level];
    int i = index[level];
    return (node != null
            ? node.compare(i, key)
            : pages.compare(
                pages.leafKey(at[level], end[level], i), pages.leafKeySize(at[level], i), key))
        == 0;
  }

  /** Where the value here stands in the mapping; -1 if it is one of this transaction. */
  public long mappedValue() {
    checkPlaced();
    Node node = nodes[level];
    int i = index[level];
    return node != null
        ? node.mappedValue(i)
        : pages.leafKey(at[level], end[level], i) + pages.leafKeySize(at[level], i);
  }

  /** The size of the value here in bytes. */
  public int valueSize() {
    checkPlaced();
    Node node = nodes[level];
    int i = index[level];
    return node != null ? node.valueSize[i] : pages.leafValueSize(at[level], i);
  }
}
