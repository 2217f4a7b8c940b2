package io.quorate.raft.log;

import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryId;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Snapshot;
import io.quorate.raft.message.Unsigned;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log in memory. etcd keeps its whole log here and reads the one on disk only when it starts.
 * Whoever writes to it makes things durable first; this class cannot. One thread.
 *
 * <pre>
 *   compacted       entries
 *   (term, index) │ index+1 │ index+2 │ … │ lastIndex
 * </pre>
 */
public final class MemoryStorage implements Storage {
  private HardState hardState = HardState.EMPTY;
  private Snapshot snapshot = Snapshot.EMPTY;
  private EntryId compacted = EntryId.NONE;
  private final ArrayList<Entry> entries = new ArrayList<>();
  private long payloadBytes;

  @Override
  public InitialState initialState() {
    return new InitialState(hardState, snapshot.confState());
  }

  public HardState hardState() {
    return hardState;
  }

  public void setHardState(HardState hardState) {
    this.hardState = hardState;
  }

  @Override
  public List<Entry> entries(long low, long highExclusive, long maxBytes) {
    if (Unsigned.atMost(low, compacted.index())) {
      throw new StorageException.Compacted();
    }
    if (Unsigned.less(lastIndex() + 1, highExclusive)) {
      throw new AssertionError(
          "entries' hi("
              + Unsigned.text(highExclusive)
              + ") is out of bound lastindex("
              + Unsigned.text(lastIndex())
              + ")");
    }
    if (entries.isEmpty()) {
      throw new StorageException.Unavailable();
    }
    List<Entry> range = entries.subList(position(low), position(highExclusive));
    return List.copyOf(SizeLimit.prefix(range, maxBytes));
  }

  @Override
  public long term(long index) {
    if (Unsigned.less(index, compacted.index())) {
      throw new StorageException.Compacted();
    }
    if (index == compacted.index()) {
      return compacted.term();
    }
    if (Unsigned.less(lastIndex(), index)) {
      throw new StorageException.Unavailable();
    }
    return entries.get(position(index)).term();
  }

  @Override
  public long firstIndex() {
    return compacted.index() + 1;
  }

  @Override
  public long lastIndex() {
    return compacted.index() + entries.size();
  }

  @Override
  public Snapshot snapshot() {
    return snapshot;
  }

  /**
   * Replaces the whole log by a snapshot.
   *
   * @throws StorageException.SnapshotOutOfDate if there is one at this index or behind it
   */
  public void applySnapshot(Snapshot newer) {
    if (Unsigned.atMost(newer.index(), snapshot.index())) {
      throw new StorageException.SnapshotOutOfDate();
    }
    snapshot = newer;
    compacted = new EntryId(newer.term(), newer.index());
    remove(entries);
  }

  /**
   * Remembers the state at {@code index} as the newest snapshot. The log stays as it is.
   *
   * @param data as the application has it, or null
   * @throws StorageException.SnapshotOutOfDate if there is one at this index or behind it
   */
  public Snapshot createSnapshot(long index, ConfState confState, byte @Nullable [] data) {
    if (Unsigned.atMost(index, snapshot.index())) {
      throw new StorageException.SnapshotOutOfDate();
    }
    if (Unsigned.less(lastIndex(), index)) {
      throw outOfBound("snapshot", index);
    }
    snapshot = new Snapshot(data, confState, index, term(index));
    return snapshot;
  }

  /**
   * Discards the entries up to {@code index}, itself included, of which the term stays.
   *
   * @throws StorageException.Compacted if that has been done
   */
  public void compact(long index) {
    if (Unsigned.atMost(index, compacted.index())) {
      throw new StorageException.Compacted();
    }
    if (Unsigned.less(lastIndex(), index)) {
      throw outOfBound("compact", index);
    }
    EntryId last = EntryId.of(entries.get(position(index)));
    remove(entries.subList(0, position(index) + 1));
    compacted = last;
  }

  /** Appends, overwriting everything from the first index on. */
  public void append(List<Entry> newer) {
    int skipped = 0;
    while (skipped < newer.size()
        && Unsigned.atMost(newer.get(skipped).index(), compacted.index())) {
      skipped++;
    }
    if (skipped == newer.size()) {
      return;
    }
    long first = newer.get(skipped).index();
    if (Unsigned.less(lastIndex() + 1, first)) {
      throw new AssertionError(
          "missing log entry [last: "
              + Unsigned.text(lastIndex())
              + ", append at: "
              + Unsigned.text(first)
              + "]");
    }
    remove(entries.subList(position(first), entries.size()));
    for (Entry entry : newer.subList(skipped, newer.size())) {
      entries.add(entry);
      payloadBytes += entry.payloadBytes();
    }
  }

  /**
   * The last entry that must go so that the rest has at most {@code maxBytes} of payload; the index
   * before the first if none need go.
   */
  public long lastBeyond(long maxBytes) {
    long bytes = payloadBytes;
    int position = 0;
    while (bytes > maxBytes) {
      bytes -= entries.get(position++).payloadBytes();
    }
    return compacted.index() + position;
  }

  private void remove(List<Entry> range) {
    for (Entry entry : range) {
      payloadBytes -= entry.payloadBytes();
    }
    range.clear();
  }

  private int position(long index) {
    return (int) (index - compacted.index() - 1);
  }

  private AssertionError outOfBound(String what, long index) {
    return new AssertionError(
        what
            + " "
            + Unsigned.text(index)
            + " is out of bound lastindex("
            + Unsigned.text(lastIndex())
            + ")");
  }
}
