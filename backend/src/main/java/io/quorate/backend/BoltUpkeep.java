package io.quorate.backend;

import io.quorate.backend.schema.BucketName;
import io.quorate.backend.schema.MetaKey;
import io.quorate.bolt.Bucket;
import io.quorate.bolt.Cursor;
import io.quorate.bolt.WriteTransaction;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@link UpkeepTransaction} on a bolt transaction. */
record BoltUpkeep(WriteTransaction transaction) implements UpkeepTransaction {
  @Override
  public int scan(
      BucketName bucket, byte[] start, byte[] endExclusive, int limit, RecordVisitor visitor) {
    Bucket records = transaction.createBucketIfMissing(bucket.bytes());
    MemorySegment end = MemorySegment.ofArray(endExclusive);
    Cursor cursor = records.cursor();
    int seen = 0;
    for (boolean there = cursor.seek(start); there && seen < limit; there = cursor.next()) {
      if (compare(cursor.key(), end) >= 0) {
        break;
      }
      visitor.record(cursor.key(), cursor.value());
      seen++;
    }
    return seen;
  }

  private static int compare(MemorySegment left, MemorySegment right) {
    long at = left.mismatch(right);
    if (at < 0) {
      return 0;
    }
    if (at == left.byteSize() || at == right.byteSize()) {
      return Long.compare(left.byteSize(), right.byteSize());
    }
    return Byte.compareUnsigned(
        left.get(ValueLayout.JAVA_BYTE, at), right.get(ValueLayout.JAVA_BYTE, at));
  }

  @Override
  public void delete(BucketName bucket, byte[] key) {
    transaction.createBucketIfMissing(bucket.bytes()).delete(key);
  }

  @Override
  public void put(MetaKey key, byte[] value) {
    transaction.createBucketIfMissing(key.bucket().bytes()).put(key.bytes(), value);
  }
}
