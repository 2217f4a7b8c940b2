package io.quorate.bolt.tree;

/** What a tree needs of the write transaction that changes it. */
public interface PageStore {
  /** The first of {@code count} contiguous pages that nobody reads and this transaction owns. */
  long allocate(int count);

  /** This state and all later ones do without {@code count} pages from {@code first} on. */
  void free(long first, long count);

  /** Remembers that elements {@code [from, to)} of {@code node} are to be written as a page. */
  void stage(Node node, int from, int to, long page, int count);
}
