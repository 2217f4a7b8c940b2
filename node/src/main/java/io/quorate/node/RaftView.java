package io.quorate.node;

import io.quorate.raft.event.RoleType;
import io.quorate.raft.message.ConfState;

/**
 * What the raft loop lets others see of its state: one moment, whole.
 *
 * @param leader 0 for nobody
 * @param committed the commit index
 * @param electedNanos when this member was last elected, in the clock's nanoseconds; 0 for never
 */
public record RaftView(
    long leader, RoleType role, long term, long committed, ConfState confState, long electedNanos) {
  public static final RaftView UNKNOWN =
      new RaftView(0, RoleType.FOLLOWER, 0, 0, ConfState.EMPTY, 0);

  public boolean leads() {
    return role == RoleType.LEADER;
  }

  public boolean hasLeader() {
    return leader != 0;
  }
}
