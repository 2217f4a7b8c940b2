package io.quorate.node.port;

import io.quorate.raft.message.Message;
import java.util.List;

/** How raft's messages reach the other members. Never blocks; what cannot be sent is dropped. */
public interface Transport {
  /** For a member that is alone. */
  Transport NONE =
      new Transport() {
        @Override
        public void send(List<Message> messages) {}

        @Override
        public long activeSinceNanos(long memberId) {
          return INACTIVE;
        }
      };

  /** {@link #activeSinceNanos} of a member that cannot be reached. */
  long INACTIVE = Long.MIN_VALUE;

  /** Sends {@code messages}, each to its {@code to}. The raft loop only. */
  void send(List<Message> messages);

  /** Since when {@code memberId} has been reachable without a break, or {@link #INACTIVE}. */
  long activeSinceNanos(long memberId);
}
