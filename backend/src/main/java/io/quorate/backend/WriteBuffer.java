package io.quorate.backend;

import io.quorate.backend.schema.BucketName;
import io.quorate.backend.schema.RevisionKey;
import io.quorate.backend.tree.SharedTree;
import io.quorate.backend.tree.TreeRoot;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was put and deleted since the buffer before it was sealed, with the index of the last entry
 * that is wholly inside. Edited by the apply thread until sealed; then it never changes.
 */
final class WriteBuffer {
  private static final int BUCKETS = BucketName.values().length;

  final long sequence;
  private final RevisionLog revisions = new RevisionLog();
  // A deleted key is Optional.empty(). A bucket that is not touched costs nothing.
  private final @Nullable SharedTree<Optional<byte[]>>[] records = newArray();

  /** Puts and deletes so far: the measure of {@code --backend-batch-limit}. */
  int operations;

  /** Keys and values in them, also where a later one has taken the place of an earlier. */
  long bytes;

  byte @Nullable [] confState;

  private long appliedIndex;
  private long appliedTerm;
  private @Nullable Slice sealed;

  WriteBuffer(long sequence) {
    this.sequence = sequence;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of generics
  private static @Nullable SharedTree<Optional<byte[]>>[] newArray() {
    return new SharedTree[BUCKETS];
  }

  void putRevision(long main, long sub, boolean tombstone, byte[] value) {
    revisions.append(main, sub, tombstone, value);
    operations++;
    bytes += RevisionKey.BYTES + value.length;
  }

  void put(BucketName bucket, byte[] key, Optional<byte[]> value) {
    if (bucket == BucketName.KEY) {
      throw new AssertionError("bucket key takes revisions only");
    }
    SharedTree<Optional<byte[]>> tree = records[bucket.ordinal()];
    if (tree == null) {
      tree = new SharedTree<>(ignored -> 0);
      records[bucket.ordinal()] = tree;
    }
    tree.put(key, value);
    operations++;
    bytes += key.length + (value.isPresent() ? value.get().length : 0);
  }

  /** Nothing is added any more: it holds the effects of all entries up to {@code index}. */
  void seal(long index, long term) {
    appliedIndex = index;
    appliedTerm = term;
    sealed = slice(true);
  }

  Slice sealed() {
    Slice slice = sealed;
    if (slice == null) {
      throw new AssertionError("buffer " + sequence + " is not sealed");
    }
    return slice;
  }

  long appliedIndex() {
    return appliedIndex;
  }

  long appliedTerm() {
    return appliedTerm;
  }

  /** Everything so far; {@code published} where other threads will see it. */
  Slice slice(boolean published) {
    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of generics
    @Nullable TreeRoot<Optional<byte[]>>[] roots = new TreeRoot[BUCKETS];
    for (int i = 0; i < BUCKETS; i++) {
      SharedTree<Optional<byte[]>> tree = records[i];
      if (tree != null) {
        roots[i] = published ? tree.publish() : tree.peek();
      }
    }
    return new Slice(revisions.slice(), roots);
  }

  /** A buffer as it was when the slice was taken. */
  record Slice(RevisionLog.Slice revisions, @Nullable TreeRoot<Optional<byte[]>>[] records) {
    @Nullable TreeRoot<Optional<byte[]>> of(BucketName bucket) {
      return records[bucket.ordinal()];
    }
  }
}
