package io.quorate.peer;

import io.quorate.raft.message.Message;

/** What the network tells the engine of this member. Never blocks; any thread. */
public interface RaftPort {
  /**
   * A message for this member has come.
   *
   * @param taken run when raft has it, on any thread
   */
  void receive(Message message, Runnable taken);

  /** Whether {@code memberId} was a member once and is none any more. */
  boolean isRemoved(long memberId);

  /** Something for {@code memberId} was lost on the way. */
  void unreachable(long memberId);

  /** What became of a snapshot for {@code memberId}. */
  void snapshotSent(long memberId, boolean arrived);

  /** Others say that this member was removed. */
  void removedByOthers();
}
