package io.quorate.mvcc.watch;

import io.quorate.backend.RevisionCursor;
import io.quorate.mvcc.Change;
import io.quorate.mvcc.KeyValueBytes;
import io.quorate.mvcc.View;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One pass over history for a group of watchers that are behind: each record is read once and given
 * to all that want it. In slices; ends when history does, or when everybody has enough.
 */
final class CatchUp implements AutoCloseable {
  /** Distinct revisions in one batch, as the original. */
  static final int MAX_REVISIONS = 1000;

  /** A batch ends with the revision that makes it larger than this. */
  private static final long ENOUGH_BYTES = 4 << 20;

  /** What one pass may hold in memory; it ends with the revision that goes beyond. */
  private static final long PASS_BYTES = 16 << 20;

  final View view;
  final List<Watcher> watchers;
  private final WatcherIndex index = new WatcherIndex();
  private final RevisionCursor cursor;
  private int hungry;
  private long heldBytes;
  private long lastMain;

  CatchUp(View view, List<Watcher> watchers) {
    this.view = view;
    this.watchers = watchers;
    long from = Long.MAX_VALUE;
    for (Watcher watcher : watchers) {
      index.add(watcher);
      from = Math.min(from, watcher.nextRevision);
    }
    this.hungry = watchers.size();
    this.cursor = view.revisions(from);
  }

  /**
   * Reads up to {@code maxRecords}.
   *
   * @return whether the pass is over
   */
  boolean step(int maxRecords) {
    for (int i = 0; i < maxRecords; i++) {
      if (hungry == 0 || !cursor.next()) {
        return true;
      }
      long main = cursor.main();
      if (main != lastMain && heldBytes > PASS_BYTES) {
        stopAll(main);
        return true;
      }
      lastMain = main;
      read();
    }
    return false;
  }

  private void read() {
    MemorySegment record = cursor.value();
    byte[] key = KeyValueBytes.key(record).toArray(ValueLayout.JAVA_BYTE);
    long main = cursor.main();
    @Nullable WatchEvent[] event = new WatchEvent[1];
    index.matching(
        key,
        watcher -> {
          if (watcher.state != Watcher.State.UNSYNCED
              || watcher.stoppedAt != 0
              || main < watcher.nextRevision) {
            return;
          }
          WatchEvent found = event[0];
          if (found == null) {
            found = new WatchEvent(change(key, record));
            event[0] = found;
          }
          give(watcher, found, main);
        });
    WatchEvent given = event[0];
    if (given != null) {
      heldBytes += given.sizeBytes();
    }
  }

  private Change change(byte[] key, MemorySegment record) {
    long main = cursor.main();
    if (cursor.isTombstone()) {
      return new Change(main, cursor.sub(), true, false, key, KeyValueBytes.deleted(key, main));
    }
    boolean created = KeyValueBytes.createRevision(record) == main;
    return new Change(
        main, cursor.sub(), false, created, key, record.toArray(ValueLayout.JAVA_BYTE));
  }

  private void give(Watcher watcher, WatchEvent event, long main) {
    if (!watcher.wants(event)) {
      return;
    }
    if (main != watcher.foundLast) {
      if (watcher.foundRevisions == MAX_REVISIONS || watcher.foundBytes > ENOUGH_BYTES) {
        watcher.stoppedAt = main;
        hungry--;
        return;
      }
      watcher.foundRevisions++;
      watcher.foundLast = main;
    }
    event.prepare(watcher.wantsPrevious(), view);
    watcher.found.add(event);
    watcher.foundBytes += event.sizeBytes();
  }

  private void stopAll(long main) {
    for (Watcher watcher : watchers) {
      if (watcher.stoppedAt == 0) {
        watcher.stoppedAt = main;
      }
    }
  }

  @Override
  public void close() {
    view.close();
  }
}
