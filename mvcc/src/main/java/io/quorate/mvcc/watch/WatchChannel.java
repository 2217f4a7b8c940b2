package io.quorate.mvcc.watch;

/**
 * Where the batches of one stream go. It is full with {@link #CAPACITY} batches, or with events of
 * {@link #CAPACITY_BYTES}: many small ones may wait, so that a short stall makes no victims, and
 * few large ones.
 */
public interface WatchChannel {
  int CAPACITY = 1024;
  int CAPACITY_BYTES = 4 << 20;

  /**
   * Called by the hub's owner thread; never blocks.
   *
   * @return false where it is full: the same batch is offered again later
   */
  boolean offer(WatchBatch batch);
}
