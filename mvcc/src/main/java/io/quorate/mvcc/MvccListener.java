package io.quorate.mvcc;

/** What the metrics want to know of the store. Apply thread unless said otherwise. */
public interface MvccListener {
  MvccListener NONE = new MvccListener() {};

  /**
   * What reads or writes for a request ended, with so many operations of each kind. Any thread
   * where nothing was written.
   */
  default void transaction(long puts, long deletes, long ranges, long putBytes) {}

  /** One slice of the index was compacted. */
  default void indexCompactionPause(long nanos) {}

  /** One batch of records was compacted. Backend thread. */
  default void compactionPause(long nanos) {}

  /** A compaction ended, having deleted so many revisions. Backend thread. */
  default void compacted(long nanos, long deletedRevisions, long epochSeconds) {}

  /** A hash by revision was computed. Any thread. */
  default void hashed(long nanos) {}
}
