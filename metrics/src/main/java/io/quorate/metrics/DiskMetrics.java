package io.quorate.metrics;

import static io.quorate.metrics.Buckets.B1;
import static io.quorate.metrics.Buckets.B5;
import static io.quorate.metrics.Buckets.NANOS_PER_SECOND;

import io.quorate.backend.BackendListener;
import io.quorate.metrics.registry.Gauge;
import io.quorate.metrics.registry.Histogram;
import io.quorate.metrics.registry.Registry;
import io.quorate.wal.WalListener;

/** Log, snapshot files and database. */
final class DiskMetrics {
  private final Histogram walSync;
  private final Histogram walWrite;
  private final Gauge walBytes;
  private final Histogram snapSync;
  private final Histogram snapMarshalling;
  private final Histogram snapSave;
  private final Histogram commit;
  private final Histogram commitRebalance;
  private final Histogram commitSpill;
  private final Histogram commitWrite;
  private final Gauge defragInFlight;
  private final Histogram defrag;
  private final Histogram snapshot;
  private final Histogram hash;

  DiskMetrics(Registry registry) {
    walSync =
        registry.histogram(
            "etcd_disk_wal_fsync_duration_seconds",
            "The latency distributions of fsync called by WAL.",
            B1);
    walWrite =
        registry.histogram(
            "etcd_disk_wal_write_duration_seconds",
            "The latency distributions of write called by WAL.",
            B1);
    walBytes =
        registry.gauge("etcd_disk_wal_write_bytes_total", "Total number of bytes written in WAL.");
    snapSync =
        registry.histogram(
            "etcd_snap_fsync_duration_seconds",
            "The latency distributions of fsync called by snap.",
            B1);
    snapMarshalling =
        registry.histogram(
            "etcd_debugging_snap_save_marshalling_duration_seconds",
            "The marshalling cost distributions of save called by snapshot.",
            B1);
    snapSave =
        registry.histogram(
            "etcd_debugging_snap_save_total_duration_seconds",
            "The total latency distributions of save called by snapshot.",
            B1);
    commit =
        registry.histogram(
            "etcd_disk_backend_commit_duration_seconds",
            "The latency distributions of commit called by backend.",
            B1);
    commitRebalance =
        registry.histogram(
            "etcd_debugging_disk_backend_commit_rebalance_duration_seconds",
            "The latency distributions of commit.rebalance called by bboltdb backend.",
            B1);
    commitSpill =
        registry.histogram(
            "etcd_debugging_disk_backend_commit_spill_duration_seconds",
            "The latency distributions of commit.spill called by bboltdb backend.",
            B1);
    commitWrite =
        registry.histogram(
            "etcd_debugging_disk_backend_commit_write_duration_seconds",
            "The latency distributions of commit.write called by bboltdb backend.",
            B1);
    defragInFlight =
        registry.gauge(
            "etcd_disk_defrag_inflight",
            "Whether or not defrag is active on the member. 1 means active, 0 means not.");
    defrag =
        registry.histogram(
            "etcd_disk_backend_defrag_duration_seconds",
            "The latency distribution of backend defragmentation.",
            Histogram.doubling(0.1, 13));
    snapshot =
        registry.histogram(
            "etcd_disk_backend_snapshot_duration_seconds",
            "The latency distribution of backend snapshots.",
            Histogram.doubling(0.01, 17));
    hash =
        registry.histogram(
            "etcd_mvcc_hash_duration_seconds",
            "The latency distribution of storage hash operation.",
            B5);
  }

  WalListener wal() {
    return new WalListener() {
      @Override
      public void synced(long nanos) {
        walSync.observe(nanos / NANOS_PER_SECOND);
      }

      @Override
      public void recorded(long nanos) {
        walWrite.observe(nanos / NANOS_PER_SECOND);
      }

      @Override
      public void wrote(long bytes) {
        walBytes.add(bytes);
      }

      @Override
      public void savedSnapshotFile(long marshallingNanos, long syncNanos, long nanos) {
        snapMarshalling.observe(marshallingNanos / NANOS_PER_SECOND);
        snapSync.observe(syncNanos / NANOS_PER_SECOND);
        snapSave.observe(nanos / NANOS_PER_SECOND);
      }
    };
  }

  BackendListener backend() {
    return new BackendListener() {
      @Override
      public void committed(long nanos, long rebalanceNanos, long spillNanos, long writeNanos) {
        commit.observe(nanos / NANOS_PER_SECOND);
        commitRebalance.observe(rebalanceNanos / NANOS_PER_SECOND);
        commitSpill.observe(spillNanos / NANOS_PER_SECOND);
        commitWrite.observe(writeNanos / NANOS_PER_SECOND);
      }

      @Override
      public void defragmenting(boolean inFlight) {
        defragInFlight.set(inFlight ? 1 : 0);
      }

      @Override
      public void defragmented(long nanos) {
        defrag.observe(nanos / NANOS_PER_SECOND);
      }

      @Override
      public void hashed(long nanos) {
        hash.observe(nanos / NANOS_PER_SECOND);
      }

      @Override
      public void snapshotClosed(long nanos) {
        snapshot.observe(nanos / NANOS_PER_SECOND);
      }
    };
  }
}
