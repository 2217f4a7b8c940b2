package io.quorate.wal;

import io.quorate.io.Clock;
import io.quorate.io.Disk;
import io.quorate.io.Failpoints;
import io.quorate.raft.message.HardState;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;

/**
 * The folder {@code member/wal}: whether there is a log, making one, opening it, mending its end.
 * One thread at a time.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class WalDirectory {
  final Disk disk;
  final Path path;
  final WalOptions options;
  final Clock clock;
  final Failpoints failpoints;
  final WalListener listener;
  final Logger log;

  public WalDirectory(
      Disk disk,
      Path path,
      WalOptions options,
      Clock clock,
      Failpoints failpoints,
      WalListener listener,
      Logger log) {
    this.disk = disk;
    this.path = path;
    this.options = options;
    this.clock = clock;
    this.failpoints = failpoints;
    this.listener = listener;
    this.log = log;
  }

  /** Whether the folder holds a file whose name ends in {@code .wal}. */
  public boolean hasLog() {
    throw new UnsupportedOperationException();
  }

  /**
   * Makes a new log, open for appending after {@link WalSnapshot#START}.
   *
   * @throws WalException.AlreadyExists if there is one
   */
  public Wal create(WalMetadata metadata) {
    throw new UnsupportedOperationException();
  }

  /**
   * Locks the segments from the one on that holds what follows {@code from}; nothing is read yet.
   *
   * @throws WalException.NotFound if they are missing or not in sequence
   * @throws WalException.Locked if another process has one of them
   */
  public OpenLog openForWrite(WalSnapshot from) {
    throw new UnsupportedOperationException();
  }

  /** As {@link #openForWrite}, without locks; the log can be read only. */
  public OpenLog openForRead(WalSnapshot from) {
    throw new UnsupportedOperationException();
  }

  /**
   * The snapshots that the log marks and that are committed in it, oldest first: a .snap file not
   * among them must not be used.
   */
  public List<WalSnapshot> validSnapshots() {
    throw new UnsupportedOperationException();
  }

  /** Reads all from {@code from} on, as {@code openForRead(from).readAll()}, keeping nothing. */
  public HardState verify(WalSnapshot from) {
    throw new UnsupportedOperationException();
  }

  /**
   * Cuts an incomplete record off the end of the last segment, which is first copied to {@code
   * NAME.broken}. Call it after {@link WalException.UnexpectedEnd}, with nothing open.
   *
   * @return whether the last segment reads to a clean end now
   */
  public boolean repair() {
    throw new UnsupportedOperationException();
  }

  /**
   * Deletes the oldest segments while more than {@code keep} remain and they are not locked.
   *
   * @param keep 0 keeps all
   */
  public void purge(int keep) {
    throw new UnsupportedOperationException();
  }
}
