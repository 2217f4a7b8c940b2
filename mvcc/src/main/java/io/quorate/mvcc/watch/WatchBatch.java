package io.quorate.mvcc.watch;

import java.util.List;

/**
 * What one watcher gets at once.
 *
 * @param watcher whose it is
 * @param revision for the response header
 * @param compactRevision not 0 where the watcher is cancelled by a compaction
 * @param events all matching events of the revisions in this batch, in order; never part of a
 *     revision
 */
public record WatchBatch(
    Watcher watcher, long revision, long compactRevision, List<WatchEvent> events) {}
