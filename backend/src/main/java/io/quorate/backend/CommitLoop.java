package io.quorate.backend;

/** The backend thread's work, poll-driven. */
@SuppressWarnings("DoNotCallSuggester")
public final class CommitLoop {
  /**
   * Does the next piece of work: writes and commits one sealed buffer, or one batch of an upkeep
   * job, a defragmentation, or a switch of files. Backend thread only.
   *
   * @return when it wants to be called again, in nanoseconds of the clock: {@code nowNanos} if more
   *     is ready, {@link Long#MAX_VALUE} if nothing is
   */
  public long poll(long nowNanos) {
    throw new UnsupportedOperationException();
  }
}
