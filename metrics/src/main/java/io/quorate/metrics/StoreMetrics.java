package io.quorate.metrics;

import static io.quorate.metrics.Buckets.B5;
import static io.quorate.metrics.Buckets.NANOS_PER_MILLISECOND;
import static io.quorate.metrics.Buckets.NANOS_PER_SECOND;

import io.quorate.metrics.registry.Counter;
import io.quorate.metrics.registry.Gauge;
import io.quorate.metrics.registry.Histogram;
import io.quorate.metrics.registry.Registry;
import io.quorate.mvcc.MvccListener;
import io.quorate.mvcc.View;
import io.quorate.mvcc.watch.WatchListener;
import io.quorate.node.Member;
import java.util.function.ToLongFunction;

/** Keys, revisions and watchers. */
final class StoreMetrics {
  private final Registry registry;
  private final Counter puts;
  private final Counter deletes;
  private final Counter ranges;
  private final Counter txns;
  private final Gauge putBytes;
  private final Histogram hashByRevision;
  private final Histogram indexPause;
  private final Histogram compactionPause;
  private final Histogram compactionTotal;
  private final Gauge compactionLast;
  private final Counter compactionKeys;
  private final Gauge watchers;
  private final Gauge slowWatchers;
  private final Counter events;

  StoreMetrics(Registry registry) {
    this.registry = registry;
    puts = registry.counter("etcd_mvcc_put_total", "Total number of puts seen by this member.");
    deletes =
        registry.counter("etcd_mvcc_delete_total", "Total number of deletes seen by this member.");
    ranges =
        registry.counter("etcd_mvcc_range_total", "Total number of ranges seen by this member.");
    txns = registry.counter("etcd_mvcc_txn_total", "Total number of txns seen by this member.");
    putBytes =
        registry.gauge(
            "etcd_debugging_mvcc_total_put_size_in_bytes",
            "The total size of put kv pairs seen by this member.");
    hashByRevision =
        registry.histogram(
            "etcd_mvcc_hash_rev_duration_seconds",
            "The latency distribution of storage hash by revision operation.",
            B5);
    indexPause =
        registry.histogram(
            "etcd_debugging_mvcc_index_compaction_pause_duration_milliseconds",
            "Bucketed histogram of index compaction pause duration.",
            Histogram.doubling(0.5, 14));
    compactionPause =
        registry.histogram(
            "etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds",
            "Bucketed histogram of db compaction pause duration.",
            Histogram.doubling(1, 13));
    compactionTotal =
        registry.histogram(
            "etcd_debugging_mvcc_db_compaction_total_duration_milliseconds",
            "Bucketed histogram of db compaction total duration.",
            Histogram.doubling(100, 14));
    compactionLast =
        registry.gauge(
            "etcd_debugging_mvcc_db_compaction_last",
            "The unix time of the last db compaction. Resets to 0 on start.");
    compactionKeys =
        registry.counter(
            "etcd_debugging_mvcc_db_compaction_keys_total", "Total number of db keys compacted.");
    watchers = registry.gauge("etcd_debugging_mvcc_watcher_total", "Total number of watchers.");
    slowWatchers =
        registry.gauge(
            "etcd_debugging_mvcc_slow_watcher_total", "Total number of unsynced slow watchers.");
    events =
        registry.counter(
            "etcd_debugging_mvcc_events_total", "Total number of events sent by this member.");
  }

  /** Adds what is read from {@code member} when somebody asks. */
  void read(Member member) {
    view(
        "etcd_debugging_mvcc_current_revision",
        "The current revision of store.",
        member,
        View::revision);
    view(
        "etcd_debugging_mvcc_compact_revision",
        "The revision of the last compaction in store.",
        member,
        View::compactedRevision);
    view("etcd_debugging_mvcc_keys_total", "Total number of keys.", member, View::liveKeys);
    registry.gauge(
        "etcd_debugging_mvcc_watch_stream_total",
        "Total number of watch streams.",
        () -> member.watches().streamCount());
    registry.gauge(
        "etcd_debugging_mvcc_pending_events_total",
        "Total number of pending events to be sent.",
        () -> member.watches().pendingEvents());
    registry.gauge(
        "etcd_mvcc_db_total_size_in_bytes",
        "Total size of the underlying database physically allocated in bytes.",
        () -> member.stores().backend().sizeBytes());
    registry.gauge(
        "etcd_mvcc_db_total_size_in_use_in_bytes",
        "Total size of the underlying database logically in use in bytes.",
        () -> member.stores().backend().sizeInUseBytes());
    registry.gauge(
        "etcd_mvcc_db_open_read_transactions",
        "The number of currently open read transactions",
        () -> member.stores().backend().openReadTransactions());
  }

  private void view(String name, String help, Member member, ToLongFunction<View> question) {
    registry.gauge(
        name,
        help,
        () -> {
          try (View view = member.stores().mvcc().view()) {
            return question.applyAsLong(view);
          }
        });
  }

  MvccListener mvcc() {
    return new MvccListener() {
      @Override
      public void transaction(long putCount, long deleteCount, long rangeCount, long bytes) {
        puts.add(putCount);
        deletes.add(deleteCount);
        ranges.add(rangeCount);
        if (putCount + deleteCount + rangeCount > 1) {
          txns.inc();
        }
        if (bytes != 0) {
          putBytes.add(bytes);
        }
      }

      @Override
      public void indexCompactionPause(long nanos) {
        indexPause.observe(nanos / NANOS_PER_MILLISECOND);
      }

      @Override
      public void compactionPause(long nanos) {
        compactionPause.observe(nanos / NANOS_PER_MILLISECOND);
      }

      @Override
      public void compacted(long nanos, long deletedRevisions, long epochSeconds) {
        compactionTotal.observe(nanos / NANOS_PER_MILLISECOND);
        compactionKeys.add(deletedRevisions);
        compactionLast.set(epochSeconds);
      }

      @Override
      public void hashed(long nanos) {
        hashByRevision.observe(nanos / NANOS_PER_SECOND);
      }
    };
  }

  WatchListener watch() {
    return new WatchListener() {
      @Override
      public void watchers(int total, int unsynced) {
        watchers.set(total);
        slowWatchers.set(unsynced);
      }

      @Override
      public void previousValues(int count) {
        ranges.add(count);
      }

      @Override
      public void events(int count) {
        events.add(count);
      }
    };
  }
}
