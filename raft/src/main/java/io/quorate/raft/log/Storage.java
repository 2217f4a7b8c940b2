package io.quorate.raft.log;

import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Snapshot;
import java.util.List;

/**
 * The durable part of the log, as raft reads it. It holds the entries in {@code [firstIndex,
 * lastIndex]}; of the entry before those only the term is known: that is where the log was
 * compacted or a snapshot took its place. Called on the thread that drives the node.
 */
public interface Storage {
  /** What a node starts from. */
  InitialState initialState();

  /** Both empty for a node that never ran. */
  record InitialState(HardState hardState, ConfState confState) {}

  /**
   * The entries in {@code [low, highExclusive)}: as many as fit into {@code maxBytes} when encoded,
   * but at least one.
   *
   * @throws StorageException.Compacted if {@code low} < {@link #firstIndex}
   * @throws StorageException.Unavailable if there are no entries at all
   */
  List<Entry> entries(long low, long highExclusive, long maxBytes);

  /**
   * The term of the entry at {@code index}, in {@code [firstIndex - 1, lastIndex]}.
   *
   * @throws StorageException.Compacted below
   * @throws StorageException.Unavailable above
   */
  long term(long index);

  /** {@link #lastIndex} + 1 when there are no entries. */
  long firstIndex();

  long lastIndex();

  /**
   * The newest snapshot.
   *
   * @throws StorageException.SnapshotTemporarilyUnavailable if it is not ready; raft asks again
   */
  Snapshot snapshot();
}
