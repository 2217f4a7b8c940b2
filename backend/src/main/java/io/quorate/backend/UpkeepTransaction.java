package io.quorate.backend;

import io.quorate.backend.schema.BucketName;
import io.quorate.backend.schema.MetaKey;

/** A bolt write transaction as upkeep sees it: committed records only, buffers left out. */
public interface UpkeepTransaction {
  /**
   * Visits records of {@code bucket} with {@code start ≤ key < endExclusive}, at most {@code
   * limit}.
   *
   * @return the number visited
   */
  int scan(BucketName bucket, byte[] start, byte[] endExclusive, int limit, RecordVisitor visitor);

  void delete(BucketName bucket, byte[] key);

  void put(MetaKey key, byte[] value);
}
