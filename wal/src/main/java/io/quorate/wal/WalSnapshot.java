package io.quorate.wal;

import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Snapshot;
import java.util.Optional;

/**
 * The mark in the log that a snapshot exists (walpb.Snapshot).
 *
 * @param confState absent only at index 0 and in logs of etcd before 3.5
 */
public record WalSnapshot(long index, long term, Optional<ConfState> confState) {
  /** The start of every log. */
  public static final WalSnapshot START = new WalSnapshot(0, 0, Optional.empty());

  /** The mark of {@code snapshot}. */
  public static WalSnapshot of(Snapshot snapshot) {
    return new WalSnapshot(snapshot.index(), snapshot.term(), Optional.of(snapshot.confState()));
  }
}
