package io.quorate.raft.log;

/**
 * How many encoded bytes of entries may be handed out for applying and not yet acknowledged. Pauses
 * when they are spent, and also when a batch could not take all there was: the rest then waits for
 * the acknowledgement, or each Ready would squeeze out one more entry.
 */
final class ApplyBudget {
  private final long limitBytes;
  private long outstandingBytes;
  private boolean paused;

  ApplyBudget(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  long limitBytes() {
    return limitBytes;
  }

  long remainingBytes() {
    return limitBytes - outstandingBytes;
  }

  boolean isPaused() {
    return paused;
  }

  void take(long bytes, boolean moreWaiting) {
    outstandingBytes += bytes;
    paused = outstandingBytes >= limitBytes || moreWaiting;
  }

  void give(long bytes) {
    outstandingBytes = Math.max(0, outstandingBytes - bytes);
    paused = outstandingBytes >= limitBytes;
  }
}
