package io.quorate.mvcc.watch;

/** Where the batches of one stream go; at most {@link #CAPACITY} wait in it. */
public interface WatchChannel {
  int CAPACITY = 128;

  /**
   * Called by the hub's owner thread; never blocks.
   *
   * @return false where it is full: the same batch is offered again later
   */
  boolean offer(WatchBatch batch);
}
