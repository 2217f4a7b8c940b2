package io.quorate.wal;

import io.quorate.raft.message.Entry;
import io.quorate.raft.message.HardState;
import java.util.List;
import java.util.Optional;

/**
 * What a log says from a snapshot on.
 *
 * @param metadata absent only if the log has no record at all
 * @param hardState the last one; {@link HardState#EMPTY} if there is none
 * @param entries with indexes after the snapshot's, each the last that was written for its index
 * @param snapshotFound whether the mark of the snapshot it was read from is in it
 */
public record WalContents(
    Optional<WalMetadata> metadata,
    HardState hardState,
    List<Entry> entries,
    boolean snapshotFound) {}
