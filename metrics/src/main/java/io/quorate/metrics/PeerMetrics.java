package io.quorate.metrics;

import io.quorate.metrics.registry.Counter;
import io.quorate.metrics.registry.Gauge;
import io.quorate.metrics.registry.Histogram;
import io.quorate.metrics.registry.Labelled;
import io.quorate.metrics.registry.Registry;
import io.quorate.peer.PeerListener;
import java.util.Optional;

/** What goes between members (spec/peer.md 14). Nothing is shown before there is another one. */
final class PeerMetrics {
  private static final double[] SNAPSHOT_SECONDS = Histogram.doubling(0.1, 10);
  private static final double[] ROUND_TRIP_SECONDS = Histogram.doubling(0.0001, 16);

  private final Labelled<Gauge> active;
  private final Labelled<Counter> disconnected;
  private final Labelled<Counter> sentBytes;
  private final Labelled<Counter> receivedBytes;
  private final Labelled<Counter> sendFailures;
  private final Labelled<Counter> receiveFailures;
  private final Labelled<Histogram> roundTrips;
  private final Histogram databaseSync;
  private final Histogram databaseSave;
  private final Snapshots sent;
  private final Snapshots received;

  /** The four names of one direction. */
  private static final class Snapshots {
    private final Labelled<Counter> success;
    private final Labelled<Gauge> inFlight;
    private final Labelled<Counter> failures;
    private final Labelled<Histogram> seconds;

    Snapshots(Registry registry, String direction, String verb, String label) {
      String name = "etcd_network_snapshot_" + direction + "_";
      success =
          registry.counters(name + "success", "Total number of successful snapshot " + verb, label);
      inFlight =
          registry.gauges(
              name + "inflights_total", "Total number of inflight snapshot " + verb, label);
      failures =
          registry.counters(
              name + "failures", "Total number of snapshot " + direction + " failures", label);
      seconds =
          registry.histograms(
              name + "total_duration_seconds",
              "Total latency distributions of v3 snapshot " + verb,
              SNAPSHOT_SECONDS,
              label);
    }

    void begun(String peer) {
      inFlight.with(peer).add(1);
    }

    void ended(String peer, boolean well, double took) {
      inFlight.with(peer).add(-1);
      if (well) {
        success.with(peer).inc();
        seconds.with(peer).observe(took);
      } else {
        failures.with(peer).inc();
      }
    }
  }

  PeerMetrics(Registry registry) {
    active =
        registry.gauges(
            "etcd_network_active_peers",
            "The current number of active peer connections.",
            "Local",
            "Remote");
    disconnected =
        registry.counters(
            "etcd_network_disconnected_peers_total",
            "The total number of disconnected peers.",
            "Local",
            "Remote");
    sentBytes =
        registry.counters(
            "etcd_network_peer_sent_bytes_total", "The total number of bytes sent to peers.", "To");
    receivedBytes =
        registry.counters(
            "etcd_network_peer_received_bytes_total",
            "The total number of bytes received from peers.",
            "From");
    sendFailures =
        registry.counters(
            "etcd_network_peer_sent_failures_total",
            "The total number of send failures from peers.",
            "To");
    receiveFailures =
        registry.counters(
            "etcd_network_peer_received_failures_total",
            "The total number of receive failures from peers.",
            "From");
    roundTrips =
        registry.histograms(
            "etcd_network_peer_round_trip_time_seconds",
            "Round-Trip-Time histogram between peers",
            ROUND_TRIP_SECONDS,
            "To");
    databaseSync =
        registry.histogram(
            "etcd_snap_db_fsync_duration_seconds",
            "The latency distributions of fsyncing .snap.db file",
            Buckets.B1);
    databaseSave =
        registry.histogram(
            "etcd_snap_db_save_total_duration_seconds",
            "The total latency distributions of v3 snapshot save",
            Buckets.B2);
    sent = new Snapshots(registry, "send", "sends", "To");
    received = new Snapshots(registry, "receive", "receives", "From");
  }

  private static String hex(long id) {
    return Long.toHexString(id);
  }

  /**
   * @param self the member whose network it is
   */
  PeerListener listener(long self) {
    String local = hex(self);
    return new PeerListener() {
      @Override
      public void sent(long to, long bytes) {
        sentBytes.with(hex(to)).add(bytes);
      }

      @Override
      public void received(long from, long bytes) {
        receivedBytes.with(hex(from)).add(bytes);
      }

      @Override
      public void sendFailed(long to) {
        sendFailures.with(hex(to)).inc();
      }

      @Override
      public void receiveFailed(String from) {
        receiveFailures.with(from).inc();
      }

      @Override
      public void active(long member, boolean isActive) {
        active.with(local, hex(member)).add(isActive ? 1 : -1);
        if (!isActive) {
          disconnected.with(local, hex(member)).inc();
        }
      }

      @Override
      public void roundTrip(long to, double seconds) {
        roundTrips.with(hex(to)).observe(seconds);
      }

      @Override
      public void snapshotSending(long to) {
        sent.begun(hex(to));
      }

      @Override
      public void snapshotSent(long to, boolean arrived, double seconds) {
        sent.ended(hex(to), arrived, seconds);
      }

      @Override
      public void snapshotReceiving(long from) {
        received.begun(hex(from));
      }

      @Override
      public void snapshotReceived(long from, boolean taken, double seconds) {
        received.ended(hex(from), taken, seconds);
      }

      @Override
      public void snapshotRefused(Optional<Long> from) {
        received.failures.with(from.map(PeerMetrics::hex).orElse("UNKNOWN_SNAPSHOT_SENDER")).inc();
      }

      @Override
      public void databaseSaved(double seconds, double syncSeconds) {
        databaseSave.observe(seconds);
        databaseSync.observe(syncSeconds);
      }
    };
  }
}
