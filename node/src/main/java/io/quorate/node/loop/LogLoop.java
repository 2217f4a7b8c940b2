package io.quorate.node.loop;

import io.quorate.io.Failpoints;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Snapshot;
import io.quorate.wal.SnapshotDirectory;
import io.quorate.wal.Wal;
import io.quorate.wal.WalDirectory;
import io.quorate.wal.WalSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Owns the WAL and the .snap files. One fsync serves everything that queued while the last one ran
 * (group commit), so its cost is shared by as many proposals as the load brings.
 *
 * <pre>
 *   raft ─ Append(a) ─ Append(b) ─►  append a, append b, one fsync  ─► persisted(a), persisted(b)
 * </pre>
 *
 * A failure leaves {@link #poll}: the disk is in doubt and the member must stop.
 */
public final class LogLoop implements Loop {
  /** What the loop is asked to do, in order. */
  public sealed interface Task {}

  /**
   * Make this durable, then tell.
   *
   * @param hardState {@link HardState#EMPTY} for an unchanged one
   * @param received a snapshot from the leader that the entries follow, or null
   * @param install run when that snapshot is durable
   */
  public record Append(
      HardState hardState,
      List<Entry> entries,
      @Nullable Snapshot received,
      Runnable install,
      Runnable persisted)
      implements Task {}

  /** Write a snapshot of what was applied; older segments may go once it is durable. */
  public record SaveSnapshot(Snapshot snapshot, CompletableFuture<Void> saved) implements Task {}

  /** How many files purging leaves; 0 leaves all. */
  public record Retention(int wals, int snapshots) {}

  private static final int BATCH_LIMIT = 4096;
  private static final long PURGE_NANOS = 30_000_000_000L;

  private final Inbox<Task> inbox = new Inbox<>();
  private final Wal wal;
  private final WalDirectory segments;
  private final SnapshotDirectory snapshots;
  private final Retention retention;
  private final Logger log;
  private final Failpoints.Point beforeSave;
  private final Failpoints.Point afterSave;
  private final Failpoints.Point beforeSaveSnapshot;
  private final Failpoints.Point afterSaveSnapshot;
  private final Failpoints.Point beforeWalSnapshot;
  private final Failpoints.Point afterRelease;

  private final List<Append> unsynced = new ArrayList<>();
  private boolean mustSync;
  private boolean purgeStarted;
  private long purgeAtNanos;

  public LogLoop(
      Wal wal,
      WalDirectory segments,
      SnapshotDirectory snapshots,
      Retention retention,
      Failpoints failpoints,
      Logger log) {
    this.wal = wal;
    this.segments = segments;
    this.snapshots = snapshots;
    this.retention = retention;
    this.log = log;
    beforeSave = failpoints.point("raftBeforeSave");
    afterSave = failpoints.point("raftAfterSave");
    beforeSaveSnapshot = failpoints.point("raftBeforeSaveSnap");
    afterSaveSnapshot = failpoints.point("raftAfterSaveSnap");
    beforeWalSnapshot = failpoints.point("raftBeforeWALSaveSnaphot");
    afterRelease = failpoints.point("raftAfterWALRelease");
  }

  /** Where tasks are offered. */
  public Inbox<Task> inbox() {
    return inbox;
  }

  @Override
  public long poll(long nowNanos) {
    int done = 0;
    for (Task task = inbox.take(); task != null; task = inbox.take()) {
      switch (task) {
        case Append append -> append(append);
        case SaveSnapshot save -> save(save);
      }
      if (++done == BATCH_LIMIT) {
        break;
      }
    }
    flush();
    if (done == BATCH_LIMIT) {
      return 0;
    }
    if (inbox.isEmpty()) {
      wal.prepareNext();
    }
    return purge(nowNanos);
  }

  private void append(Append append) {
    beforeSave.fire();
    if (append.received != null) {
      // The file comes before its mark, and both before what follows the snapshot (storage.md 10).
      flush();
      beforeSaveSnapshot.fire();
      writeSnapshot(append.received);
      afterSaveSnapshot.fire();
    }
    mustSync |= wal.append(append.hardState, append.entries);
    if (append.received != null) {
      wal.sync();
      // Received databases stay: that of a snapshot before may not have been put in its place yet.
      // What is left of them goes with the next snapshot of our own.
      wal.releaseTo(append.received.index());
      afterRelease.fire();
      append.install.run();
    }
    unsynced.add(append);
  }

  private void flush() {
    if (unsynced.isEmpty()) {
      return;
    }
    if (mustSync) {
      wal.sync();
      mustSync = false;
    }
    afterSave.fire();
    for (int i = 0; i < unsynced.size(); i++) {
      unsynced.get(i).persisted.run();
    }
    unsynced.clear();
  }

  private void save(SaveSnapshot save) {
    flush();
    writeSnapshot(save.snapshot);
    log.atInfo().addKeyValue("snapshot-index", save.snapshot.index()).log("saved snapshot to disk");
    wal.releaseTo(save.snapshot.index());
    snapshots.releaseDatabases(save.snapshot.index());
    afterRelease.fire();
    save.saved.complete(null);
  }

  private void writeSnapshot(Snapshot snapshot) {
    snapshots.save(snapshot);
    beforeWalSnapshot.fire();
    wal.saveSnapshot(WalSnapshot.of(snapshot));
  }

  private long purge(long nowNanos) {
    if (!purgeStarted) {
      purgeStarted = true;
      purgeAtNanos = nowNanos;
    }
    if (nowNanos - purgeAtNanos >= 0) {
      purgeAtNanos = nowNanos + PURGE_NANOS;
      segments.purge(retention.wals);
      snapshots.purge(retention.snapshots);
    }
    return purgeAtNanos - nowNanos;
  }

  /** Makes durable what was appended, and unlocks the log. After the last poll. */
  public void close() {
    wal.close();
  }
}
