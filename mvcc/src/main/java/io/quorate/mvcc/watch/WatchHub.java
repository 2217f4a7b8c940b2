package io.quorate.mvcc.watch;

import io.quorate.mvcc.MvccStore;
import java.util.Collection;
import java.util.function.LongConsumer;

/** All watchers of a member. */
@SuppressWarnings("DoNotCallSuggester")
public final class WatchHub {
  public WatchHub(MvccStore store, WatchListener listener) {
    throw new UnsupportedOperationException();
  }

  /**
   * Adds a watcher. Any thread.
   *
   * @param created is told the store's revision on the owner thread, before any event is offered
   */
  public Watcher watch(WatchRequest request, WatchChannel channel, LongConsumer created) {
    throw new UnsupportedOperationException();
  }

  /** Ends a watcher; {@code done} is told the current revision, nothing is offered after. */
  public void cancel(Watcher watcher, LongConsumer done) {
    throw new UnsupportedOperationException();
  }

  /**
   * Tells {@code synced} the revision up to which all of {@code watchers} have been given
   * everything, if they are synced and it is not below their start; else does nothing. Any thread.
   */
  public void progress(Collection<Watcher> watchers, LongConsumer synced) {
    throw new UnsupportedOperationException();
  }

  /** A channel that was full has room again. Any thread. */
  public void roomIn(WatchChannel channel) {
    throw new UnsupportedOperationException();
  }

  /** {@code wake} is called, on any thread, when {@link #poll} has something to do. */
  public void onWork(Runnable wake) {
    throw new UnsupportedOperationException();
  }

  /**
   * Distributes what was published, and does a bounded piece of catching up. Owner thread.
   *
   * @return when it wants to be called again: {@code nowNanos} if at once, or {@link
   *     Long#MAX_VALUE}
   */
  public long poll(long nowNanos) {
    throw new UnsupportedOperationException();
  }
}
