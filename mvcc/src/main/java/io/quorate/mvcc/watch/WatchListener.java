package io.quorate.mvcc.watch;

/** What the metrics want to know of the watchers. Owner thread of the hub. */
public interface WatchListener {
  WatchListener NONE = new WatchListener() {};

  default void watchers(int total, int unsynced) {}

  /** Previous values were found for so many events of a watcher; etcd reads each anew. */
  default void previousValues(int count) {}

  /** So many events were put into channels. */
  default void events(int count) {}
}
