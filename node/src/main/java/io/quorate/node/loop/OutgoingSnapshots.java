package io.quorate.node.loop;

import io.quorate.raft.message.Message;

/**
 * Makes the snapshots that raft wants sent (spec/peer.md 3). Called by the raft loop; must not
 * block.
 */
public interface OutgoingSnapshots {
  /** Nobody to send one to. */
  OutgoingSnapshots NONE =
      new OutgoingSnapshots() {
        @Override
        public void send(Message.InstallSnapshot wanted) {}

        @Override
        public boolean inFlight() {
          return false;
        }
      };

  /** Sends a snapshot at least as new as {@code wanted} to its receiver. */
  void send(Message.InstallSnapshot wanted);

  /** Whether one is on its way, or arrived only just now, so that the log may not be cut. */
  boolean inFlight();
}
