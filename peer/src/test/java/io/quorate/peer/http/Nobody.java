package io.quorate.peer.http;

import io.quorate.peer.RaftPort;
import io.quorate.raft.message.Message;

/** No engine behind the network. */
final class Nobody implements RaftPort {
  @Override
  public void receive(Message message, Runnable taken) {
    taken.run();
  }

  @Override
  public boolean isRemoved(long memberId) {
    return false;
  }

  @Override
  public void unreachable(long memberId) {}

  @Override
  public void snapshotSent(long memberId, boolean arrived) {}

  @Override
  public void removedByOthers() {}
}
