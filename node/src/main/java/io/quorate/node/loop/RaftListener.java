package io.quorate.node.loop;

import io.quorate.node.RaftView;

/** Is told of raft's fate by the raft loop; must not block. */
public interface RaftListener {
  RaftListener NONE = new RaftListener() {};

  /** Leader or role changed; {@code newLeader} when somebody leads who did not before. */
  default void changed(RaftView now, boolean newLeader) {}

  /** The durable commit index moved. */
  default void committed(long index) {}

  /** A leader's heartbeat left too late. */
  default void heartbeatLate() {}

  /** A leader's snapshot takes the place of all that is here, or has taken it. Apply loop. */
  default void installing(boolean underway) {}

  /** A proposal was refused or not answered in time. */
  default void failed() {}
}
