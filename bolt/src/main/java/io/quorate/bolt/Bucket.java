package io.quorate.bolt;

import static io.quorate.bolt.page.Layout.BUCKET_ELEMENT;
import static io.quorate.bolt.page.Layout.BUCKET_HEADER_BYTES;
import static io.quorate.bolt.page.Layout.U64;

import io.quorate.bolt.page.Pages;
import io.quorate.bolt.tree.Position;
import io.quorate.bolt.tree.Tree;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A sorted map of bytes to bytes, and of bytes to further buckets. Keys order as unsigned bytes.
 *
 * <p>In a read transaction any number of threads may use one bucket, each with a cursor of its own.
 */
public sealed class Bucket permits WritableBucket {
  final Tree tree;
  long sequence;

  Bucket(Tree tree, long sequence) {
    this.tree = tree;
    this.sequence = sequence;
  }

  /**
   * The bucket whose value is the {@code size} mapped bytes at {@code at}: root page and sequence,
   * and where the root is 0, the one leaf it consists of.
   */
  static Bucket read(Pages pages, long at, int size) {
    return new Bucket(readTree(pages, at, size), pages.bytes().get(U64, at + 8));
  }

  static Tree readTree(Pages pages, long at, int size) {
    if (size < BUCKET_HEADER_BYTES) {
      throw new BoltException.Corrupt("a bucket's value has only " + size + " bytes");
    }
    long root = pages.bytes().get(U64, at);
    return root == 0
        ? Tree.inline(pages, at + BUCKET_HEADER_BYTES, at + size)
        : Tree.rooted(pages, root);
  }

  /** The value of {@code key}: a view, valid while the transaction is open. No sub-bucket. */
  public Optional<MemorySegment> get(byte[] key) {
    return tree.get(key);
  }

  /** The bucket {@code name} inside this one. */
  public Optional<? extends Bucket> bucket(byte[] name) {
    Position position = new Position(tree);
    if (!position.seek(name) || !position.isAt(name) || position.flags() != BUCKET_ELEMENT) {
      return Optional.empty();
    }
    return Optional.of(read(tree.pages(), position.mappedValue(), position.valueSize()));
  }

  /** A new cursor, on no element yet. One thread at a time. */
  public Cursor cursor() {
    return new Cursor(new Position(tree));
  }

  /** bbolt's per-bucket counter; etcd leaves it at 0. */
  public long sequence() {
    return sequence;
  }
}
