package io.quorate.backend;

/** Work on the file that is nobody's request, done in batches on the backend thread. */
public interface UpkeepJob {
  /** Returned by {@link #step} when nothing is left to do. */
  long DONE = Long.MAX_VALUE;

  /**
   * Does one batch. What it wrote is committed as soon as it returns.
   *
   * @return when the next batch is due, in nanoseconds of the clock, or {@link #DONE}
   */
  long step(UpkeepTransaction transaction, long nowNanos);

  /** The batch of the last step is on the disk. */
  void committed();

  /** The job will not be continued: the backend is closed, reloaded or broken. */
  void abandoned();
}
