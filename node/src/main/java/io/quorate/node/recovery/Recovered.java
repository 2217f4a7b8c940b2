package io.quorate.node.recovery;

import io.quorate.backend.Backend;
import io.quorate.raft.Peer;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Snapshot;
import io.quorate.statemachine.membership.MembershipView;
import io.quorate.wal.SnapshotDirectory;
import io.quorate.wal.Wal;
import io.quorate.wal.WalDirectory;
import io.quorate.wal.WalMetadata;
import java.util.List;
import java.util.Optional;

/**
 * What a member starts from. Whoever got it closes {@code wal} and {@code backend}.
 *
 * @param ids its own and the cluster's
 * @param snapshot what stands in place of the log's beginning; empty without a .snap
 * @param v2 the membership in that snapshot, from which the v2 store goes on; else empty
 * @param entries of the log after the snapshot; committed ones (see hardState) are applied again,
 *     those up to the database's applied index to the v2 store only
 * @param newPeers with whom raft is bootstrapped; empty for a member that was here before or joins
 * @param backend open, its applied index at least the snapshot's
 * @param wal open, to be appended to
 */
public record Recovered(
    WalMetadata ids,
    Optional<Snapshot> snapshot,
    MembershipView v2,
    HardState hardState,
    List<Entry> entries,
    List<Peer> newPeers,
    Backend backend,
    Wal wal,
    WalDirectory segments,
    SnapshotDirectory snapshots) {

  /** Whether the member was here before, and took part. */
  public boolean hasHistory() {
    return newPeers.isEmpty() && lastIndex() > 0;
  }

  /** The last index of the log. */
  public long lastIndex() {
    return entries.isEmpty() ? snapshot.map(Snapshot::index).orElse(0L) : entries.getLast().index();
  }
}
