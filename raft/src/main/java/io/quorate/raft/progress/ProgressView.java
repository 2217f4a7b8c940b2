package io.quorate.raft.progress;

import io.quorate.raft.message.Unsigned;

/**
 * A {@link Progress} at one moment.
 *
 * @param paused whether nothing is sent until something is heard
 * @param pendingSnapshot the index of the snapshot under way, else 0
 * @param inflightCount messages sent and not acknowledged
 * @param inflightFull whether no more may be sent
 */
public record ProgressView(
    long match,
    long next,
    ProgressState state,
    boolean learner,
    boolean paused,
    long pendingSnapshot,
    boolean recentActive,
    int inflightCount,
    boolean inflightFull) {
  /** As in etcd's logs: {@code StateReplicate match=4 next=6 inflight=1}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(state)
        .append(" match=")
        .append(Unsigned.text(match))
        .append(" next=")
        .append(Unsigned.text(next));
    if (learner) {
      text.append(" learner");
    }
    if (paused) {
      text.append(" paused");
    }
    if (pendingSnapshot != 0) {
      text.append(" pendingSnap=").append(Unsigned.text(pendingSnapshot));
    }
    if (!recentActive) {
      text.append(" inactive");
    }
    if (inflightCount > 0) {
      text.append(" inflight=").append(inflightCount);
      if (inflightFull) {
        text.append("[full]");
      }
    }
    return text.toString();
  }
}
