package io.quorate.raft.progress;

import io.quorate.raft.message.Unsigned;

/**
 * What a leader knows of one node's log.
 *
 * <p>{@code match} is the last index known to be there, {@code next} the first to send: {@code 0 ≤
 * match < next}. While probing, {@code next} is a guess that rejections push back; while
 * replicating, it runs ahead of {@code match} by what is in flight; while a snapshot is under way,
 * it is the index after that.
 *
 * <pre>
 *            accepted                    log gone
 *   PROBE ───────────────▶ REPLICATE ─────────────▶ SNAPSHOT
 *     ▲   rejected, unreachable │                      │
 *     └─────────────────────────┴──────────────────────┘ arrived or failed
 * </pre>
 */
public final class Progress {
  private final Inflights inflights;

  private long match;
  private long next;
  private ProgressState state = ProgressState.PROBE;

  /** The greatest commit index that may have been sent. */
  private long sentCommit;

  private long pendingSnapshot;
  private boolean recentActive;
  private boolean flowPaused;
  private boolean learner;

  /**
   * @param inflightMessageLimit above 0
   * @param inflightByteLimit of payload
   */
  public Progress(
      long match,
      long next,
      boolean learner,
      boolean recentActive,
      int inflightMessageLimit,
      long inflightByteLimit) {
    this.match = match;
    this.next = next;
    this.learner = learner;
    this.recentActive = recentActive;
    this.inflights = new Inflights(inflightMessageLimit, inflightByteLimit);
  }

  public long match() {
    return match;
  }

  public long next() {
    return next;
  }

  public ProgressState state() {
    return state;
  }

  public boolean isLearner() {
    return learner;
  }

  public void setLearner(boolean learner) {
    this.learner = learner;
  }

  /** Whether anything was heard from it since the last check of the quorum. */
  public boolean isRecentActive() {
    return recentActive;
  }

  public void setRecentActive(boolean recentActive) {
    this.recentActive = recentActive;
  }

  /** Whether nothing may be sent until something is heard. */
  public boolean isPaused() {
    return state == ProgressState.SNAPSHOT || flowPaused;
  }

  public void pause() {
    flowPaused = true;
  }

  public void unpause() {
    flowPaused = false;
  }

  public void becomeProbe() {
    // After a snapshot that is known to have arrived, probing goes on behind it.
    next =
        state == ProgressState.SNAPSHOT ? Unsigned.max(match + 1, pendingSnapshot + 1) : match + 1;
    become(ProgressState.PROBE);
    sentCommit = Unsigned.min(sentCommit, next - 1);
  }

  public void becomeReplicate() {
    next = match + 1;
    become(ProgressState.REPLICATE);
  }

  public void becomeSnapshot(long snapshotIndex) {
    become(ProgressState.SNAPSHOT);
    pendingSnapshot = snapshotIndex;
    next = snapshotIndex + 1;
    sentCommit = snapshotIndex;
  }

  private void become(ProgressState newState) {
    flowPaused = false;
    pendingSnapshot = 0;
    inflights.clear();
    state = newState;
  }

  /** The snapshot did not arrive: there is nothing to go on behind. */
  public void forgetPendingSnapshot() {
    pendingSnapshot = 0;
  }

  /** Whether the pipeline has no room for another message with entries. */
  public boolean isPipelineFull() {
    return state == ProgressState.REPLICATE && inflights.isFull();
  }

  /** {@code count} entries from {@link #next} on are on their way. */
  public void sentEntries(int count, long payloadBytes) {
    switch (state) {
      case REPLICATE -> {
        if (count > 0) {
          next += count;
          inflights.add(next - 1, payloadBytes);
        }
        // Full now or before: this message was the last, or a probe whether anybody is there.
        flowPaused = inflights.isFull();
      }
      case PROBE -> {
        if (count > 0) {
          flowPaused = true;
        }
      }
      case SNAPSHOT -> throw new AssertionError("sent entries in " + state);
    }
  }

  public void sentCommit(long commit) {
    sentCommit = commit;
  }

  /** Whether telling it about {@code commit} would let it commit more. */
  public boolean canBumpCommit(long commit) {
    return Unsigned.less(sentCommit, commit) && Unsigned.less(sentCommit, next - 1);
  }

  /** Frees the room that messages up to {@code index} took in the pipeline. */
  public void freeInflights(long index) {
    inflights.freeUpTo(index);
  }

  /** It has everything up to {@code index}. Returns whether that is news. */
  public boolean update(long index) {
    if (Unsigned.atMost(index, match)) {
      return false;
    }
    match = index;
    next = Unsigned.max(next, index + 1);
    flowPaused = false;
    return true;
  }

  /**
   * It rejected the entries behind {@code rejected}. Returns false if that is old news.
   *
   * @param hint where the logs may agree
   */
  public boolean decrement(long rejected, long hint) {
    if (state == ProgressState.REPLICATE) {
      if (Unsigned.atMost(rejected, match)) {
        return false;
      }
      next = match + 1;
    } else {
      if (next - 1 != rejected) {
        return false;
      }
      next = Unsigned.max(Unsigned.min(rejected, hint + 1), match + 1);
      flowPaused = false;
    }
    sentCommit = Unsigned.min(sentCommit, next - 1);
    return true;
  }

  public ProgressView view() {
    return new ProgressView(
        match,
        next,
        state,
        learner,
        isPaused(),
        pendingSnapshot,
        recentActive,
        inflights.count(),
        inflights.isFull());
  }
}
