package io.quorate.backend;

import io.quorate.backend.schema.BucketName;
import io.quorate.bolt.Bucket;
import io.quorate.bolt.ReadTransaction;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A bolt read transaction held by several views; ends with the last of them. Any thread. */
final class FileSnapshot {
  final ReadTransaction transaction;
  private final StoreFile file;
  private final @Nullable Bucket[] buckets = new Bucket[BucketName.values().length];
  private final AtomicInteger holds = new AtomicInteger(1);

  FileSnapshot(StoreFile file, ReadTransaction transaction) {
    this.file = file;
    this.transaction = transaction;
    for (BucketName name : BucketName.values()) {
      buckets[name.ordinal()] = transaction.bucket(name.bytes()).orElse(null);
    }
  }

  @Nullable Bucket bucket(BucketName name) {
    return buckets[name.ordinal()];
  }

  /** For who is sure that a hold exists. */
  FileSnapshot hold() {
    if (holds.getAndIncrement() <= 0) {
      throw new AssertionError("a file snapshot was held after its end");
    }
    return this;
  }

  void release() {
    int left = holds.decrementAndGet();
    if (left == 0) {
      transaction.close();
      file.readerGone();
    } else if (left < 0) {
      throw new AssertionError("a file snapshot was released twice");
    }
  }
}
