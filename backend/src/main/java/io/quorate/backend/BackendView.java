package io.quorate.backend;

import io.quorate.backend.schema.BucketName;
import io.quorate.backend.schema.RevisionKey;
import io.quorate.backend.tree.TreeRoot;
import io.quorate.bolt.BoltException;
import io.quorate.bolt.Bucket;
import io.quorate.bolt.Cursor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * All records as they were at one moment: buffers and a bolt read transaction, never changing. Any
 * thread. Counted: who retains it closes it; the last close gives the pages back. A damaged page of
 * the file is a {@link DamagedDatabaseError} to whoever meets it.
 *
 * <p>The file may already hold what a buffer holds, when it was committed while the view was made:
 * the buffer says the same again, so the answer is the same.
 */
public final class BackendView implements AutoCloseable {
  // Oldest first; a later one overrides.
  private final WriteBuffer.Slice[] buffers;
  private final FileSnapshot file;
  private final AtomicInteger holds = new AtomicInteger(1);

  /** Takes over the caller's hold of {@code file}. */
  BackendView(WriteBuffer.Slice[] buffers, FileSnapshot file) {
    this.buffers = buffers;
    this.file = file;
  }

  /** Takes a further hold, or returns false where the last one is gone already. */
  public boolean retain() {
    while (true) {
      int now = holds.get();
      if (now <= 0) {
        return false;
      }
      if (holds.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  @Override
  public void close() {
    int left = holds.decrementAndGet();
    if (left == 0) {
      file.release();
    } else if (left < 0) {
      throw new AssertionError("a view was closed twice");
    }
  }

  /** The value of {@code key} in a bucket other than {@code key}. */
  public Optional<MemorySegment> get(BucketName bucket, byte[] key) {
    for (int i = buffers.length - 1; i >= 0; i--) {
      TreeRoot<Optional<byte[]>> root = buffers[i].of(bucket);
      if (root != null) {
        Optional<Optional<byte[]>> found = root.get(key);
        if (found.isPresent()) {
          return found.get().map(MemorySegment::ofArray);
        }
      }
    }
    return find(file.bucket(bucket), key);
  }

  /** Visits all of a bucket other than {@code key}, in key order. */
  public void forEach(BucketName bucket, RecordVisitor visitor) {
    // What the buffers change is small; it is gathered, and the file merged into it.
    TreeMap<byte[], Optional<byte[]>> changed = new TreeMap<>(Arrays::compareUnsigned);
    for (WriteBuffer.Slice buffer : buffers) {
      TreeRoot<Optional<byte[]>> root = buffer.of(bucket);
      if (root != null) {
        TreeRoot.Walk<Optional<byte[]>> walk = root.walk(new byte[0]);
        while (walk.next()) {
          changed.put(walk.key(), walk.value());
        }
      }
    }
    Bucket inFile = file.bucket(bucket);
    if (inFile != null) {
      try {
        merge(inFile.cursor(), changed, visitor);
      } catch (BoltException.Corrupt e) {
        throw new DamagedDatabaseError(e);
      }
    }
    visitBelow(changed, null, visitor);
  }

  private static void merge(
      Cursor cursor, TreeMap<byte[], Optional<byte[]>> changed, RecordVisitor visitor) {
    for (boolean there = cursor.first(); there; there = cursor.next()) {
      byte[] key = cursor.key().toArray(ValueLayout.JAVA_BYTE);
      visitBelow(changed, key, visitor);
      if (!changed.containsKey(key)) {
        visitor.record(cursor.key(), cursor.value());
      }
    }
  }

  /** Visits and forgets what lies below {@code end}; null is no bound. */
  private static void visitBelow(
      TreeMap<byte[], Optional<byte[]>> changed, byte @Nullable [] end, RecordVisitor visitor) {
    while (!changed.isEmpty()
        && (end == null || Arrays.compareUnsigned(changed.firstKey(), end) < 0)) {
      var first = changed.pollFirstEntry();
      first
          .getValue()
          .ifPresent(value ->
              visitor.record(MemorySegment.ofArray(first.getKey()), MemorySegment.ofArray(value)));
    }
  }

  /** The record of a put at exactly this revision. */
  public Optional<MemorySegment> revision(long main, long sub) {
    for (int i = buffers.length - 1; i >= 0; i--) {
      RevisionLog.Slice slice = buffers[i].revisions();
      int at = slice.find(main, sub);
      if (at >= 0) {
        return slice.isTombstone(at)
            ? Optional.empty()
            : Optional.of(MemorySegment.ofArray(slice.value(at)));
      }
    }
    return find(file.bucket(BucketName.KEY), RevisionKey.encode(main, sub, false));
  }

  private static Optional<MemorySegment> find(@Nullable Bucket inFile, byte[] key) {
    try {
      return inFile == null ? Optional.empty() : inFile.get(key);
    } catch (BoltException.Corrupt e) {
      throw new DamagedDatabaseError(e);
    }
  }

  /** Stands before the first record of bucket {@code key} that is not below the revision. */
  public RevisionCursor revisions(long main, long sub) {
    Bucket inFile = file.bucket(BucketName.KEY);
    return new RevisionCursor(inFile == null ? null : inFile.cursor(), buffers, main, sub);
  }

  FileSnapshot file() {
    return file;
  }
}
