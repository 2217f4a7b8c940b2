package io.quorate.node.port;

import io.quorate.raft.message.Message;
import io.quorate.statemachine.membership.Member;
import java.util.List;

/** How raft's messages reach the other members. Never blocks; what cannot be sent is dropped. */
public interface Transport {
  /** For a member that is alone. */
  Transport NONE =
      new Transport() {
        @Override
        public void send(List<Message> messages) {}

        @Override
        public void send(OutgoingSnapshot snapshot) {
          snapshot.close();
        }

        @Override
        public void members(List<Member> members) {}

        @Override
        public void add(Member member) {}

        @Override
        public void remove(long memberId) {}

        @Override
        public long activeSinceNanos(long memberId) {
          return INACTIVE;
        }

        @Override
        public int activePeers() {
          return 0;
        }
      };

  /** {@link #activeSinceNanos} of a member that cannot be reached. */
  long INACTIVE = Long.MIN_VALUE;

  /** Sends {@code messages}, each to its {@code to}. The raft loop only. */
  void send(List<Message> messages);

  /** Sends a snapshot, closes it, and reports to raft what became of it. */
  void send(OutgoingSnapshot snapshot);

  /** These are the members, this one among them or not, and nobody else. The apply loop only. */
  void members(List<Member> members);

  /** {@code member} is one from now on, or has other peer URLs. The apply loop only. */
  void add(Member member);

  /** {@code memberId} is none any more. The apply loop only. */
  void remove(long memberId);

  /** Since when {@code memberId} has been reachable without a break, or {@link #INACTIVE}. */
  long activeSinceNanos(long memberId);

  /** How many others can be reached now. Any thread. */
  int activePeers();
}
