package io.quorate.wal;

import io.quorate.io.DiskException;
import io.quorate.io.DiskFile;
import io.quorate.io.Failpoints;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.HardState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log that is being appended to. One owner thread. After any failure the log is poisoned: every
 * later call but {@link #close()} throws the first failure again, and the member must stop.
 *
 * <pre>
 *   0000000000000000-0000000000000000.wal   released: may be purged
 *   0000000000000001-000000000000002e.wal   locked: holds entries that no snapshot covers
 *   0000000000000002-000000000000005b.wal   locked: the tail, preallocated with zeros
 *   0.tmp                                   locked: will be the next one
 * </pre>
 */
public final class Wal implements AutoCloseable {
  private static final long SLOW_SYNC_NANOS = 1_000_000_000;

  private final WalDirectory directory;
  private final List<HeldSegment> held;
  private final RecordWriter writer;
  private final NextSegment next;
  private final byte[] metadata;
  private final Failpoints.Point beforeSync;
  private final Failpoints.Point afterSync;

  /** The last one of this process: after a restart the first save counts as a change. */
  private HardState lastState = HardState.EMPTY;

  private long lastIndex;
  private @Nullable RuntimeException failure;
  private boolean closed;

  Wal(
      WalDirectory directory,
      List<HeldSegment> held,
      RecordWriter writer,
      byte[] metadata,
      long lastIndex) {
    this.directory = directory;
    this.held = new ArrayList<>(held);
    this.writer = writer;
    this.metadata = metadata;
    this.lastIndex = lastIndex;
    this.next =
        new NextSegment(
            directory.disk, directory.path, directory.options.segmentBytes(), directory.log);
    this.beforeSync = directory.failpoints.point("walBeforeSync");
    this.afterSync = directory.failpoints.point("walAfterSync");
  }

  /**
   * Adds entries and hard state to the buffer. An entry at an index that the log has already takes
   * the place of that one and of all after it.
   *
   * @param hardState {@link HardState#EMPTY} for none
   * @return whether {@link #sync()} must be called before anything that depends on this may leave:
   *     always but for a mere move of the commit index; several appends may share one sync
   */
  public boolean append(HardState hardState, List<Entry> entries) {
    requireSound();
    if (hardState.isEmpty() && entries.isEmpty()) {
      return false;
    }
    boolean mustSync =
        !entries.isEmpty()
            || hardState.vote() != lastState.vote()
            || hardState.term() != lastState.term();
    try {
      for (int i = 0; i < entries.size(); i++) {
        Entry entry = entries.get(i);
        writer.entry(entry);
        lastIndex = entry.index();
      }
      if (!hardState.isEmpty()) {
        writer.state(hardState);
        lastState = hardState;
      }
    } catch (RuntimeException e) {
      throw poisoned(e);
    }
    return mustSync || isFull();
  }

  /** Makes everything appended durable; cuts a new segment where the old one is full. */
  public void sync() {
    requireSound();
    try {
      if (isFull()) {
        cut();
      } else {
        flushAndSync();
      }
    } catch (RuntimeException e) {
      throw poisoned(e);
    }
  }

  /**
   * Marks a snapshot whose .snap file is durable, and makes the mark durable too, with all that was
   * appended before.
   *
   * @throws WalException.Inconsistent if it lacks its configuration
   */
  public void saveSnapshot(WalSnapshot snapshot) {
    requireSound();
    if (snapshot.index() != 0 && snapshot.confState().isEmpty()) {
      throw new WalException.Inconsistent(
          "Saved (not-initial) snapshot is missing ConfState: " + snapshot + " ");
    }
    try {
      writer.record(RecordType.SNAPSHOT, snapshot.encode());
      if (Long.compareUnsigned(snapshot.index(), lastIndex) > 0) {
        lastIndex = snapshot.index();
      }
      flushAndSync();
    } catch (RuntimeException e) {
      throw poisoned(e);
    }
  }

  /**
   * Makes the next segment ready if it is not yet: to be called when the owner is idle. A failure
   * (full disk) is logged and the segment made when it is needed.
   *
   * @return whether there was something to do
   */
  public boolean prepareNext() {
    requireSound();
    return next.prepare();
  }

  /**
   * Unlocks the segments that hold only entries before {@code index}, so that they can be purged.
   */
  public void releaseTo(long index) {
    requireSound();
    // The first segment that begins at or after the index, and the one before it, which reaches up
    // to the index, are kept; without such a one the tail alone is.
    int keepFrom = held.size() - 1;
    for (int i = 0; i < held.size(); i++) {
      if (Long.compareUnsigned(held.get(i).name().firstIndex(), index) >= 0) {
        keepFrom = Math.max(0, i - 1);
        break;
      }
    }
    List<HeldSegment> released = held.subList(0, keepFrom);
    released.forEach(segment -> segment.file().close());
    released.clear();
  }

  /** Flushes, syncs, unlocks, and deletes the segment that was prepared. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (failure == null) {
        next.delete();
        flushAndSync();
      }
    } finally {
      next.close();
      held.forEach(segment -> segment.file().close());
    }
  }

  private boolean isFull() {
    return writer.flushedOffset() >= directory.options.segmentBytes();
  }

  private DiskFile tail() {
    return held.getLast().file();
  }

  /** The head of a segment, by which it can be read without those before it. */
  void writeHead() {
    writer.crc();
    writer.record(RecordType.METADATA, metadata);
  }

  private void cut() {
    writer.flush();
    tail().truncate(writer.flushedOffset());
    sync(tail());

    SegmentName name = held.getLast().name().next(lastIndex);
    DiskFile file = next.take();
    Path temporary = next.takenFrom();
    held.add(new HeldSegment(name, file));
    writer.continueIn(file);
    writeHead();
    if (!lastState.isEmpty()) {
      writer.state(lastState);
    }
    flushAndSync();
    Path path = directory.path.resolve(name.toString());
    directory.disk.rename(temporary, path);
    directory.disk.syncDirectory(directory.path);
    directory.log.atInfo().addKeyValue("path", path).log("created a new WAL segment");
  }

  void flushAndSync() {
    writer.flush();
    sync(tail());
  }

  private void sync(DiskFile file) {
    if (directory.options.unsafeNoFsync()) {
      return;
    }
    beforeSync.fire();
    long start = directory.clock.nanos();
    file.dataSync();
    long took = directory.clock.nanos() - start;
    afterSync.fire();
    directory.listener.synced(took);
    if (took > SLOW_SYNC_NANOS) {
      directory
          .log
          .atWarn()
          .addKeyValue("took", Duration.ofNanos(took))
          .addKeyValue("expected-duration", Duration.ofNanos(SLOW_SYNC_NANOS))
          .log("slow fdatasync");
    }
  }

  private void requireSound() {
    if (failure != null) {
      throw failure;
    }
    if (closed) {
      throw new IllegalStateException("the log is closed");
    }
  }

  private RuntimeException poisoned(RuntimeException e) {
    failure = e;
    if (e instanceof DiskException) {
      directory.log.atError().addKeyValue("error", e.getMessage()).log("failed to write WAL");
    }
    return e;
  }
}
