package io.quorate.wal;

import java.util.Optional;

/** Segments that are open, from a snapshot on. Read once, then perhaps written on. */
@SuppressWarnings("DoNotCallSuggester")
public final class OpenLog implements AutoCloseable {
  /**
   * Reads every record to the end.
   *
   * @throws WalException.UnexpectedEnd if the last record is torn and the log is open for writing
   * @throws WalException.Malformed if a checksum is wrong
   * @throws WalException.Inconsistent if records contradict each other
   * @throws WalException.NoSnapshot if it is open for reading and the mark of the snapshot is not
   *     there; for writing, see {@link WalContents#snapshotFound}
   */
  public WalContents readAll() {
    return Optional.<WalContents>empty().orElseThrow();
  }

  /** Hands the segments over for appending after what {@link #readAll} found; ends this object. */
  public Wal continueWriting() {
    return Optional.<Wal>empty().orElseThrow();
  }

  /** Closes and unlocks, unless handed over. */
  @Override
  public void close() {
    throw nothing();
  }

  private static UnsupportedOperationException nothing() {
    return new UnsupportedOperationException();
  }
}
