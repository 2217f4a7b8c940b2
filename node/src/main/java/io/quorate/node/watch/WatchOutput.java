package io.quorate.node.watch;

import io.quorate.mvcc.watch.WatchEvent;
import java.util.List;

/** What a stream says to its client, in the order in which it must be said. */
public sealed interface WatchOutput {
  /** The watcher; -1 where none came to be, and for the stream as a whole. */
  long id();

  /** The watcher lives; its events begin after {@code revision}, or are on their way. */
  record Created(long id, long revision) implements WatchOutput {}

  /** No watcher came to be, for {@code reason}. */
  record Refused(long id, String reason, long revision) implements WatchOutput {}

  /**
   * Events of one or more whole revisions.
   *
   * @param withPrevious whether prev_kv was asked for
   * @param fragment whether more of the same revisions follows
   */
  record Events(
      long id, long revision, List<WatchEvent> events, boolean withPrevious, boolean fragment)
      implements WatchOutput {}

  /** Everything up to {@code revision} has been said. */
  record Progress(long id, long revision) implements WatchOutput {}

  /** The client cancelled it. */
  record Cancelled(long id, long revision) implements WatchOutput {}

  /** What it was to begin with is gone since the compaction at {@code compactRevision}. */
  record Compacted(long id, long compactRevision) implements WatchOutput {}
}
