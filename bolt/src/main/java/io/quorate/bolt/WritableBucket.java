package io.quorate.bolt;

import static io.quorate.bolt.page.Layout.BUCKET_ELEMENT;
import static io.quorate.bolt.page.Layout.BUCKET_HEADER_BYTES;
import static io.quorate.bolt.page.Layout.U64;

import io.quorate.bolt.page.Layout;
import io.quorate.bolt.page.Pages;
import io.quorate.bolt.tree.PageStore;
import io.quorate.bolt.tree.Position;
import io.quorate.bolt.tree.Tree;
import io.quorate.io.Failpoints;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A bucket in a write transaction. Belongs to the thread of that transaction. */
public final class WritableBucket extends Bucket {
  public static final int KEY_LIMIT_BYTES = 32768;
  private static final double DEFAULT_FILL_PERCENT = 0.5;

  private final WriteTransaction transaction;
  private final Failpoints.Point beforePut;

  /** Those asked for in this transaction. */
  private final TreeMap<byte[], WritableBucket> buckets = new TreeMap<>(Arrays::compareUnsigned);

  private double fillPercent = DEFAULT_FILL_PERCENT;
  private boolean sequenceChanged;

  WritableBucket(
      WriteTransaction transaction, Tree tree, long sequence, Failpoints.Point beforePut) {
    super(tree, sequence);
    this.transaction = transaction;
    this.beforePut = beforePut;
  }

  /**
   * How full pages are made when they are split, from 0.1 to 1.0; 0.5 unless set. More suits keys
   * that arrive in ascending order. Holds for this transaction.
   */
  public void fillPercent(double value) {
    fillPercent = value;
  }

  /**
   * Sets {@code key} to {@code value}. Both arrays belong to the transaction from now on: the
   * caller must not change them.
   *
   * @throws BoltException.KeyRequired if the key is empty
   * @throws BoltException.KeyTooLarge if it is longer than {@link #KEY_LIMIT_BYTES}
   * @throws BoltException.ValueTooLarge if the value has more than 2^31 − 2 bytes
   * @throws BoltException.IncompatibleValue if the key is a bucket
   */
  public void put(byte[] key, byte[] value) {
    transaction.checkOpen();
    if (key.length == 0) {
      throw new BoltException.KeyRequired();
    }
    if (key.length > KEY_LIMIT_BYTES) {
      throw new BoltException.KeyTooLarge();
    }
    if (value.length > Integer.MAX_VALUE - 1) {
      throw new BoltException.ValueTooLarge();
    }
    Faults.pass(beforePut);
    tree.put(key, value, 0);
  }

  /**
   * Removes {@code key}; it is no error if it is not there.
   *
   * @throws BoltException.IncompatibleValue if the key is a bucket
   */
  public void delete(byte[] key) {
    transaction.checkOpen();
    Position probe = tree.probe();
    if (!probe.seek(key) || !probe.isAt(key)) {
      return;
    }
    if (probe.flags() == BUCKET_ELEMENT) {
      throw new BoltException.IncompatibleValue();
    }
    tree.remove(key);
  }

  @Override
  public Optional<WritableBucket> bucket(byte[] name) {
    transaction.checkOpen();
    WritableBucket known = buckets.get(name);
    if (known != null) {
      return Optional.of(known);
    }
    Position probe = tree.probe();
    if (!probe.seek(name) || !probe.isAt(name) || probe.flags() != BUCKET_ELEMENT) {
      return Optional.empty();
    }
    long at = probe.mappedValue();
    Pages pages = tree.pages();
    WritableBucket bucket =
        new WritableBucket(
            transaction,
            readTree(pages, at, probe.valueSize()),
            pages.bytes().get(U64, at + 8),
            beforePut);
    buckets.put(name.clone(), bucket);
    return Optional.of(bucket);
  }

  /**
   * Makes the bucket {@code name}.
   *
   * @throws BoltException.BucketNameRequired if the name is empty
   * @throws BoltException.KeyTooLarge if it is longer than a key may be
   * @throws BoltException.BucketExists if there is one
   * @throws BoltException.IncompatibleValue if the name is a plain key
   */
  public WritableBucket createBucket(byte[] name) {
    transaction.checkOpen();
    if (name.length == 0) {
      throw new BoltException.BucketNameRequired();
    }
    if (name.length > KEY_LIMIT_BYTES) {
      throw new BoltException.KeyTooLarge();
    }
    Position probe = tree.probe();
    if (probe.seek(name) && probe.isAt(name)) {
      throw probe.flags() == BUCKET_ELEMENT
          ? new BoltException.BucketExists()
          : new BoltException.IncompatibleValue();
    }
    byte[] own = name.clone();
    byte[] value = new byte[BUCKET_HEADER_BYTES + Layout.HEADER_BYTES];
    Layout.writeHeader(MemorySegment.ofArray(value), BUCKET_HEADER_BYTES, 0, Layout.LEAF, 0, 0);
    tree.put(own, value, BUCKET_ELEMENT);
    WritableBucket bucket = new WritableBucket(transaction, Tree.empty(tree.pages()), 0, beforePut);
    buckets.put(own, bucket);
    return bucket;
  }

  /** The bucket {@code name}, made if it is missing. Errors as {@link #createBucket}. */
  public WritableBucket createBucketIfMissing(byte[] name) {
    Optional<WritableBucket> bucket = bucket(name);
    return bucket.isPresent() ? bucket.get() : createBucket(name);
  }

  /**
   * Removes the bucket {@code name} with all it holds.
   *
   * @throws BoltException.BucketNotFound if it is not there
   * @throws BoltException.IncompatibleValue if the name is a plain key
   */
  public void deleteBucket(byte[] name) {
    transaction.checkOpen();
    Position probe = tree.probe();
    if (!probe.seek(name) || !probe.isAt(name)) {
      throw new BoltException.BucketNotFound();
    }
    if (probe.flags() != BUCKET_ELEMENT) {
      throw new BoltException.IncompatibleValue();
    }
    bucket(name).orElseThrow().freeAll(transaction.store());
    buckets.remove(name);
    tree.remove(name);
  }

  private void freeAll(PageStore store) {
    Position position = new Position(tree);
    for (boolean more = position.first(); more; more = position.next()) {
      if (position.flags() == BUCKET_ELEMENT) {
        bucket(position.keyBytes()).orElseThrow().freeAll(store);
      }
    }
    tree.freeAll(store);
  }

  /** Sets bbolt's per-bucket counter. */
  public void sequence(long value) {
    transaction.checkOpen();
    sequence = value;
    sequenceChanged = true;
    tree.touch(); // an inline bucket is written with its header
  }

  /** The first step of a commit: this bucket, then those inside. */
  void rebalance(PageStore store, int pageSize) {
    tree.rebalance(store, pageSize, fillPercent);
    for (WritableBucket bucket : buckets.values()) {
      bucket.rebalance(store, pageSize);
    }
  }

  /** The second: the buckets inside, which changes their headers here, then this one. */
  void spill(PageStore store, int pageSize) {
    for (var entry : buckets.entrySet()) {
      byte[] header = entry.getValue().spillInto(store, pageSize);
      if (header != null) {
        tree.put(entry.getKey(), header, BUCKET_ELEMENT);
      }
    }
    tree.spill(store, pageSize, fillPercent);
  }

  /** What stands in the bucket above for this one; null if that is as it was. */
  private byte @Nullable [] spillInto(PageStore store, int pageSize) {
    for (WritableBucket bucket : buckets.values()) {
      if (bucket.isChanged()) {
        // Its header, and so this bucket, will change: it cannot be inline, having a bucket.
        spill(store, pageSize);
        return header();
      }
    }
    if (!isChanged()) {
      return null;
    }
    if (tree.fitsInline(pageSize)) {
      return tree.toInline(store, sequence);
    }
    spill(store, pageSize);
    return header();
  }

  private boolean isChanged() {
    if (tree.isChanged() || sequenceChanged) {
      return true;
    }
    for (WritableBucket bucket : buckets.values()) {
      if (bucket.isChanged()) {
        return true;
      }
    }
    return false;
  }

  private byte[] header() {
    byte[] header = new byte[BUCKET_HEADER_BYTES];
    MemorySegment to = MemorySegment.ofArray(header);
    to.set(U64, 0, tree.rootPage());
    to.set(U64, 8, sequence);
    return header;
  }
}
