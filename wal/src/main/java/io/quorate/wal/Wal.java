package io.quorate.wal;

import io.quorate.raft.message.Entry;
import io.quorate.raft.message.HardState;
import java.util.List;

/**
 * A log that is being appended to. One owner thread. After any failure the log is poisoned: every
 * later call but {@link #close()} throws the first failure again, and the member must stop.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Wal implements AutoCloseable {
  /**
   * Adds entries and hard state to the buffer. An entry at an index that the log has already takes
   * the place of that one and of all after it.
   *
   * @param hardState {@link HardState#EMPTY} for none
   * @return whether {@link #sync()} must be called before anything that depends on this may leave:
   *     always but for a mere move of the commit index; several appends may share one sync
   */
  public boolean append(HardState hardState, List<Entry> entries) {
    throw new UnsupportedOperationException();
  }

  /** Makes everything appended durable; cuts a new segment where the old one is full. */
  public void sync() {
    throw new UnsupportedOperationException();
  }

  /**
   * Marks a snapshot whose .snap file is durable, and makes the mark durable too.
   *
   * @throws WalException.Inconsistent if it lacks its configuration
   */
  public void saveSnapshot(WalSnapshot snapshot) {
    throw new UnsupportedOperationException();
  }

  /**
   * Makes the next segment ready if it is not yet: to be called when the owner is idle. A failure
   * (full disk) is logged and the segment made when it is needed.
   *
   * @return whether there was something to do
   */
  public boolean prepareNext() {
    throw new UnsupportedOperationException();
  }

  /**
   * Unlocks the segments that hold only entries before {@code index}, so that they can be purged.
   */
  public void releaseTo(long index) {
    throw new UnsupportedOperationException();
  }

  /** Flushes, syncs, unlocks, and deletes the segment that was prepared. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
