package io.quorate.bolt.tree;

import static io.quorate.bolt.page.Layout.BUCKET_ELEMENT;
import static io.quorate.bolt.page.Layout.BUCKET_HEADER_BYTES;
import static io.quorate.bolt.page.Layout.HEADER_BYTES;

import io.quorate.bolt.BoltException;
import io.quorate.bolt.page.Layout;
import io.quorate.bolt.page.Pages;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The B+tree of one bucket. What has not been changed is read from pages; from the first change on,
 * the path from the root to it is {@link Node}s. Rebalancing and spilling at commit turn these back
 * into pages, from the leaves up.
 *
 * <p>Reading needs no owner. Changing belongs to the thread of the write transaction.
 */
public final class Tree {
  final Pages pages;

  /** 0 for an inline tree and for a new one. */
  private long rootPage;

  /** The page image of an inline tree. */
  private final long inlineAt;

  private final long inlineEnd;

  /** What replaces the above once something has changed. */
  @Nullable Node root;

  /** Counts changes, so that a {@link Position} can tell that it is stale. */
  private long changes;

  /** The rightmost leaf, if the last put went there: ascending keys need no search. */
  private @Nullable Node rightmost;

  private @Nullable Position probe;

  private Tree(Pages pages, long rootPage, long inlineAt, long inlineEnd) {
    this.pages = pages;
    this.rootPage = rootPage;
    this.inlineAt = inlineAt;
    this.inlineEnd = inlineEnd;
  }

  /** The tree below page {@code root}. */
  public static Tree rooted(Pages pages, long root) {
    return new Tree(pages, root, 0, 0);
  }

  /** The tree that is the one page image at {@code [at, end)}. */
  public static Tree inline(Pages pages, long at, long end) {
    pages.checkInline(at, end);
    return new Tree(pages, 0, at, end);
  }

  /** A tree without elements, in no page yet. */
  public static Tree empty(Pages pages) {
    Tree tree = new Tree(pages, 0, 0, 0);
    tree.root = Node.emptyLeaf(pages);
    return tree;
  }

  public long rootPage() {
    return rootPage;
  }

  public Pages pages() {
    return pages;
  }

  /** Whether anything has changed since the tree was opened, or it is new. */
  public boolean isChanged() {
    return root != null;
  }

  long changes() {
    return changes;
  }

  /** The offset of the root's page, or of its inline image. */
  long rootAt() {
    return rootPage == 0 ? inlineAt : pages.treePage(rootPage);
  }

  long rootEnd(long at) {
    return rootPage == 0 ? inlineEnd : pages.end(at);
  }

  /** The value of the plain element {@code key}. */
  public Optional<MemorySegment> get(byte[] key) {
    if (root == null) {
      return getMapped(key);
    }
    Position position = probe();
    return position.seek(key) && position.isAt(key) && position.flags() != BUCKET_ELEMENT
        ? Optional.of(position.value())
        : Optional.empty();
  }

  private Optional<MemorySegment> getMapped(byte[] key) {
    long at = rootAt();
    long end = rootEnd(at);
    for (int depth = 0; !pages.isLeaf(at); depth++) {
      Position.checkDepth(depth, at / pages.pageSize());
      if (pages.count(at) == 0) {
        return Optional.empty();
      }
      at = pages.treePage(pages.branchChild(at, pages.searchBranch(at, end, key)));
      end = pages.end(at);
    }
    int i = pages.searchLeaf(at, end, key);
    if (i == pages.count(at)) {
      return Optional.empty();
    }
    long found = pages.leafKey(at, end, i);
    int size = pages.leafKeySize(at, i);
    if (pages.compare(found, size, key) != 0 || pages.leafFlags(at, i) == BUCKET_ELEMENT) {
      return Optional.empty();
    }
    return Optional.of(pages.bytes().asSlice(found + size, pages.leafValueSize(at, i)));
  }

  /** A position in this tree that is kept for its own searches. */
  public Position probe() {
    Position position = probe;
    if (position == null) {
      position = new Position(this);
      probe = position;
    }
    return position;
  }

  /**
   * Sets {@code key} to {@code value}; both arrays belong to the tree from now on.
   *
   * @throws BoltException.IncompatibleValue if {@code key} is there with another flag
   */
  public void put(byte[] key, byte[] value, int flag) {
    changes++;
    Node last = rightmost;
    if (last != null && last.count > 0 && last.compare(last.count - 1, key) < 0) {
      last.insert(last.count, key, value, flag);
      return;
    }
    Node leaf = leaf(key);
    int i = leaf.search(key);
    if (i < leaf.count && leaf.compare(i, key) == 0) {
      if (leaf.flags[i] != flag) {
        throw new BoltException.IncompatibleValue();
      }
      leaf.set(i, key, value, flag);
    } else {
      leaf.insert(i, key, value, flag);
    }
  }

  /** Removes {@code key}, which must be there. */
  public void remove(byte[] key) {
    changes++;
    Node leaf = leaf(key);
    int i = leaf.search(key);
    if (i == leaf.count || leaf.compare(i, key) != 0) {
      throw new AssertionError("removing a key that is not there");
    }
    leaf.remove(i);
  }

  /** The node of the leaf where {@code key} belongs, with the nodes above it. */
  private Node leaf(byte[] key) {
    Node node = root();
    boolean last = true;
    while (!node.leaf) {
      int i = node.searchChild(key);
      last &= i == node.count - 1;
      node = node.child(i);
    }
    rightmost = last ? node : null;
    return node;
  }

  /** Counts as a change: the tree will be written. */
  public void touch() {
    changes++;
    root();
  }

  private Node root() {
    Node node = root;
    if (node == null) {
      node = rootPage == 0 ? Node.read(pages, inlineAt, inlineEnd) : Node.read(pages, rootPage);
      root = node;
    }
    return node;
  }

  /** Merges what deletions have left too small. The first step of a commit. */
  public void rebalance(PageStore store, int pageSize, double fillPercent) {
    if (root != null) {
      rightmost = null;
      changes++;
      root = new Rebalance(store, pageSize, fillPercent).run(root);
    }
  }

  /** Makes pages of all nodes; afterwards {@link #rootPage()} is the new root. */
  public void spill(PageStore store, int pageSize, double fillPercent) {
    if (root != null) {
      rightmost = null;
      changes++;
      rootPage = new Spill(store, pageSize, fillPercent).run(root);
    }
  }

  /**
   * Whether this changed tree may be stored inside its bucket's value (storage.md 1.6): one leaf
   * without buckets of at most a quarter of a page.
   */
  public boolean fitsInline(int pageSize) {
    Node leaf = root;
    if (leaf == null || !leaf.leaf) {
      return false;
    }
    long size = HEADER_BYTES;
    for (int i = 0; i < leaf.count; i++) {
      size += leaf.elementBytes(i);
      if (leaf.flags[i] == BUCKET_ELEMENT || size > pageSize / 4) {
        return false;
      }
    }
    return true;
  }

  /** The bucket value of an inline tree; its page, if it had one, is freed. */
  public byte[] toInline(PageStore store, long sequence) {
    Node leaf = root();
    if (leaf.page != 0) {
      store.free(leaf.page, leaf.pageCount);
      leaf.page = 0;
    }
    rootPage = 0;
    byte[] value = new byte[BUCKET_HEADER_BYTES + (int) leaf.sizeBytes()];
    MemorySegment to = MemorySegment.ofArray(value);
    to.set(Layout.U64, 8, sequence);
    leaf.write(to, BUCKET_HEADER_BYTES, 0, leaf.count, 0, 0);
    return value;
  }

  /** Frees every page of this tree, changed or not. Buckets inside are the caller's affair. */
  public void freeAll(PageStore store) {
    if (root != null) {
      freeNode(store, root);
    } else if (rootPage != 0) {
      freePage(store, rootPage, 0);
    }
  }

  private void freeNode(PageStore store, Node node) {
    if (node.page != 0) {
      store.free(node.page, node.pageCount);
    }
    for (int i = 0; !node.leaf && i < node.count; i++) {
      Node child = node.children[i];
      if (child != null) {
        freeNode(store, child);
      } else {
        freePage(store, node.childPage[i], 0);
      }
    }
  }

  private void freePage(PageStore store, long id, int depth) {
    Position.checkDepth(depth, id);
    long at = pages.treePage(id);
    store.free(id, pages.overflow(at) + 1);
    for (int i = 0; !pages.isLeaf(at) && i < pages.count(at); i++) {
      freePage(store, pages.branchChild(at, i), depth + 1);
    }
  }
}
