package io.quorate.wal;

import io.quorate.io.Clock;
import io.quorate.io.Disk;
import io.quorate.raft.message.Snapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;

/**
 * The folder {@code member/snap}: .snap files, and the databases that came from a leader. One
 * thread at a time.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class SnapshotDirectory {
  final Disk disk;
  final Path path;
  final Clock clock;
  final WalListener listener;
  final Logger log;

  public SnapshotDirectory(Disk disk, Path path, Clock clock, WalListener listener, Logger log) {
    this.disk = disk;
    this.path = path;
    this.clock = clock;
    this.listener = listener;
    this.log = log;
  }

  /** Writes {@code snapshot} to its .snap file, durably; one of index 0 is not written. */
  public void save(Snapshot snapshot) {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads one .snap file.
   *
   * @throws WalException.NoSnapshot if it is empty or damaged
   */
  public Snapshot load(Path file) {
    throw new UnsupportedOperationException();
  }

  /**
   * The newest .snap file that is whole and marked by one of {@code valid}; damaged ones are
   * renamed.
   */
  public Optional<Snapshot> newestOf(List<WalSnapshot> valid) {
    throw new UnsupportedOperationException();
  }

  /** The newest .snap file that is whole; damaged ones are renamed. */
  public Optional<Snapshot> newest() {
    throw new UnsupportedOperationException();
  }

  /** Where the database that was received for the snapshot at {@code index} lies. */
  public Path databasePath(long index) {
    throw new UnsupportedOperationException();
  }

  /** Deletes received databases for snapshots before {@code index}. */
  public void releaseDatabases(long index) {
    throw new UnsupportedOperationException();
  }

  /** Deletes what an interrupted transfer or defragmentation left. */
  public void deleteOrphans() {
    throw new UnsupportedOperationException();
  }

  /**
   * Deletes the oldest .snap files, and the oldest received databases, beyond {@code keep} of each.
   *
   * @param keep 0 keeps all
   */
  public void purge(int keep) {
    throw new UnsupportedOperationException();
  }
}
