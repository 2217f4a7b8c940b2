package io.quorate.node.recovery;

import io.quorate.gotext.JsonReader;
import io.quorate.io.Disk;
import io.quorate.raft.message.Snapshot;
import io.quorate.statemachine.membership.MembershipView;
import io.quorate.statemachine.membership.V2Store;
import io.quorate.wal.SnapshotDirectory;
import io.quorate.wal.WalDirectory;
import io.quorate.wal.WalException;
import io.quorate.wal.WalSnapshot;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;

/**
 * The .snap file that a restart begins with, and what must be true of the database then.
 *
 * <pre>
 *   snapshot ≤ applied index of the database:  the usual case
 *   snapshot > applied index:                  it came from the leader, with INDEX.snap.db
 * </pre>
 *
 * @param v2 the membership in it
 */
record ChosenSnapshot(Snapshot snapshot, MembershipView v2) {
  private static final String V2_CONTENT =
      "detected disallowed custom content in v2store for stage --v2-deprecation=write-only";

  /** The newest that is whole and that the log marks, if there is one. */
  static Optional<ChosenSnapshot> choose(
      WalDirectory segments, SnapshotDirectory snapshots, boolean allowV2Content, Logger log) {
    Optional<Snapshot> newest;
    try {
      newest = snapshots.newestOf(segments.validSnapshots());
    } catch (WalException e) {
      throw CannotStartException.bootstrap(String.valueOf(e.getMessage()), e);
    }
    return newest.map(snapshot -> read(snapshot, allowV2Content, log));
  }

  private static ChosenSnapshot read(Snapshot snapshot, boolean allowV2Content, Logger log) {
    V2Store.Recovered v2;
    byte[] json = snapshot.data();
    try {
      v2 = V2Store.read(json == null ? new byte[0] : json);
    } catch (JsonReader.MalformedException | IllegalArgumentException e) {
      throw CannotStartException.panic(
          "failed to recover from snapshot", String.valueOf(e.getMessage()));
    }
    if (v2.userContent()) {
      if (!allowV2Content) {
        log.atError().addKeyValue("error", V2_CONTENT).log("illegal v2store content");
        throw CannotStartException.bootstrap(V2_CONTENT);
      }
      log.atWarn()
          .log(
              "WARNING: --v2-deprecation=write-only-skip-check is enabled; v2 content detected, but"
                  + " validation check is being bypassed");
    }
    log.atInfo()
        .addKeyValue("snapshot-index", snapshot.index())
        .addKeyValue("snapshot-size", json == null ? 0 : json.length)
        .log("recovered v2 store from snapshot");
    return new ChosenSnapshot(snapshot, v2.view());
  }

  /** Where in the log to go on. */
  WalSnapshot mark() {
    return WalSnapshot.of(snapshot);
  }

  boolean isAheadOf(long appliedIndex) {
    return Long.compareUnsigned(snapshot.index(), appliedIndex) > 0;
  }

  /**
   * Puts the database that was received with this snapshot in the place of {@code database}, which
   * must be closed.
   *
   * @throws CannotStartException if none was received
   */
  void installDatabase(Disk disk, SnapshotDirectory snapshots, Path database, Logger log) {
    Path received = snapshots.databasePath(snapshot.index());
    if (!disk.exists(received)) {
      log.atWarn()
          .addKeyValue("snapshot-index", snapshot.index())
          .addKeyValue("snapshot-file-path", received)
          .addKeyValue("error", "snap: snapshot file doesn't exist")
          .log("failed to find [SNAPSHOT-INDEX].snap.db");
      throw CannotStartException.panic(
          "failed to recover v3 backend from snapshot",
          "failed to find database snapshot file (snap: snapshot file doesn't exist)");
    }
    disk.rename(received, database);
    disk.syncDirectory(snapshots.path());
  }

  /**
   * Tests that a database that was there is not older than this snapshot.
   *
   * @throws CannotStartException if it is
   */
  void compare(long appliedIndex, Path database, Logger log) {
    if (!isAheadOf(appliedIndex)) {
      return;
    }
    if (appliedIndex != 0) {
      throw CannotStartException.bootstrap(
          "database file (%s index %s) does not match with snapshot (index %s)"
              .formatted(
                  database,
                  Long.toUnsignedString(appliedIndex),
                  Long.toUnsignedString(snapshot.index())));
    }
    log.atWarn()
        .addKeyValue("snapshot-index", snapshot.index())
        .log("consistent index was never saved");
  }
}
