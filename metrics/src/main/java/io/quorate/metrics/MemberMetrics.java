package io.quorate.metrics;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.quorate.backend.BackendListener;
import io.quorate.edge.EdgeListener;
import io.quorate.mvcc.MvccListener;
import io.quorate.mvcc.watch.WatchListener;
import io.quorate.node.Member;
import io.quorate.node.RaftView;
import io.quorate.node.duty.Versions;
import io.quorate.node.loop.RaftListener;
import io.quorate.node.read.ReadRounds;
import io.quorate.rpc.Code;
import io.quorate.rpc.Method;
import io.quorate.rpc.ServiceTable;
import io.quorate.server.Services;
import io.quorate.server.http.HealthListener;
import io.quorate.statemachine.ApplyListener;
import io.quorate.wal.WalListener;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/** The metrics of one member. Listeners may be called from any thread. */
public final class MemberMetrics {
  private static final double NANOS = 1e9;
  private static final double MILLIS = 1e6;

  /** Buckets as the spec names them. */
  private static final double[] B1 = exponential(0.001, 14);

  private static final double[] B3 = exponential(0.0001, 20);
  private static final double[] B5 = exponential(0.01, 15);

  /** Counters whose names do not end in {@code _total}. */
  private static final Set<String> BARE =
      Set.of("etcd_server_health_success", "etcd_server_health_failures");

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final TextWriter writer = new TextWriter(BARE);

  private final Gauge hasLeader = gauge("etcd_server_has_leader", "whether a leader is known");
  private final Gauge isLeader = gauge("etcd_server_is_leader", "whether this member leads");
  private final Counter leaderChanges =
      counter("etcd_server_leader_changes_seen", "leaders seen after another");
  private final Gauge committed =
      gauge("etcd_server_proposals_committed_total", "the durable commit index");
  private final Gauge pending =
      gauge("etcd_server_proposals_pending", "proposals that wait for their answer");
  private final Counter failed =
      counter("etcd_server_proposals_failed", "proposals refused or not answered in time");
  private final Counter slowReads =
      counter("etcd_server_slow_read_indexes", "read indexes out of date or not in time");
  private final Counter failedReads =
      counter("etcd_server_read_indexes_failed", "read indexes refused or lost with a leader");
  private final Counter slowApplies =
      counter("etcd_server_slow_apply", "requests that took too long to apply");
  private final Histogram applySeconds =
      histogram(
          "etcd_server_apply_duration_seconds",
          "time to apply a request",
          B3,
          "version",
          "op",
          "success");
  private final Counter clientRequests =
      counter(
          "etcd_server_client_requests",
          "requests by kind and version of the client",
          "type",
          "client_api_version");
  private final Counter healthSuccess =
      counter("etcd_server_health_success", "answers of /health that all is well");
  private final Counter healthFailures =
      counter("etcd_server_health_failures", "answers of /health that something is not");
  private final Gauge healthCheck =
      gauge("etcd_server_healthcheck", "the last result of each check", "type", "name");
  private final Counter healthChecks =
      counter("etcd_server_healthchecks", "results of each check", "type", "name", "status");
  private final Counter leaseExpired =
      counter("etcd_debugging_server_lease_expired", "leases that ended and were revoked");

  private final Histogram walSync =
      histogram("etcd_disk_wal_fsync_duration_seconds", "fdatasync of the WAL", B1);
  private final Gauge walBytes =
      gauge("etcd_disk_wal_write_bytes_total", "bytes written to the WAL");
  private final Histogram snapSync =
      histogram("etcd_snap_fsync_duration_seconds", "fsync of a .snap file", B1);
  private final Histogram snapSave =
      histogram(
          "etcd_debugging_snap_save_total_duration_seconds", "saving a .snap file in all", B1);
  private final Histogram commit =
      histogram("etcd_disk_backend_commit_duration_seconds", "a commit of the database", B1);
  private final Histogram commitRebalance =
      histogram(
          "etcd_debugging_disk_backend_commit_rebalance_duration_seconds",
          "its first phase: merging nodes",
          B1);
  private final Histogram commitSpill =
      histogram(
          "etcd_debugging_disk_backend_commit_spill_duration_seconds",
          "its second phase: splitting nodes into pages",
          B1);
  private final Histogram commitWrite =
      histogram(
          "etcd_debugging_disk_backend_commit_write_duration_seconds",
          "its third phase: writing and syncing",
          B1);
  private final Gauge defragInFlight =
      gauge("etcd_disk_defrag_inflight", "whether the database is being defragmented");
  private final Histogram defrag =
      histogram(
          "etcd_disk_backend_defrag_duration_seconds", "a defragmentation", exponential(0.1, 13));
  private final Histogram snapshot =
      histogram(
          "etcd_disk_backend_snapshot_duration_seconds",
          "a snapshot from opening to closing",
          exponential(0.01, 17));

  private final Counter puts = counter("etcd_mvcc_put", "puts");
  private final Counter deletes = counter("etcd_mvcc_delete", "deletes");
  private final Counter ranges = counter("etcd_mvcc_range", "ranges");
  private final Counter txns = counter("etcd_mvcc_txn", "transactions of several operations");
  private final Gauge putBytes =
      gauge("etcd_debugging_mvcc_total_put_size_in_bytes", "bytes of all keys and values put");
  private final Histogram hashRevision =
      histogram("etcd_mvcc_hash_rev_duration_seconds", "a hash by revision", B5);
  private final Histogram indexPause =
      histogram(
          "etcd_debugging_mvcc_index_compaction_pause_duration_milliseconds",
          "a slice of index compaction",
          exponential(0.5, 14));
  private final Histogram compactionPause =
      histogram(
          "etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds",
          "a batch of a compaction",
          exponential(1, 13));
  private final Histogram compactionTotal =
      histogram(
          "etcd_debugging_mvcc_db_compaction_total_duration_milliseconds",
          "a whole compaction",
          exponential(100, 14));
  private final Gauge compactionLast =
      gauge("etcd_debugging_mvcc_db_compaction_last", "when the last compaction ended");
  private final Counter compactionKeys =
      counter("etcd_debugging_mvcc_db_compaction_keys", "revisions deleted by compactions");
  private final Gauge watchers =
      gauge("etcd_debugging_mvcc_watcher_total", "watchers of all streams");
  private final Gauge slowWatchers =
      gauge("etcd_debugging_mvcc_slow_watcher_total", "watchers that are behind");
  private final Counter events = counter("etcd_debugging_mvcc_events", "events sent");

  private final Counter sentBytes =
      counter("etcd_network_client_grpc_sent_bytes", "payload sent to clients");
  private final Counter receivedBytes =
      counter("etcd_network_client_grpc_received_bytes", "payload received from clients");
  private final Counter started =
      counter("grpc_server_started", "calls begun", "grpc_type", "grpc_service", "grpc_method");
  private final Counter handled =
      counter(
          "grpc_server_handled",
          "calls ended, by code",
          "grpc_type",
          "grpc_service",
          "grpc_method",
          "grpc_code");
  private final Counter messagesReceived =
      counter(
          "grpc_server_msg_received",
          "messages received",
          "grpc_type",
          "grpc_service",
          "grpc_method");
  private final Counter messagesSent =
      counter("grpc_server_msg_sent", "messages sent", "grpc_type", "grpc_service", "grpc_method");

  private record MethodPoints(
      CounterDataPoint started,
      CounterDataPoint received,
      CounterDataPoint sent,
      CounterDataPoint[] handledByCode) {
    CounterDataPoint handled(Code code) {
      return handledByCode[code.number()];
    }
  }

  // Looked up once per method: labels cost more than counting.
  private final Map<String, MethodPoints> points = new ConcurrentHashMap<>();

  public MemberMetrics() {
    gauge("etcd_server_version", "this version", "server_version")
        .labelValues(Versions.SERVER.toString())
        .set(1);
    gauge("etcd_server_go_version", "what it runs on", "server_go_version")
        .labelValues("java" + Runtime.version().feature())
        .set(1);
  }

  /** All metrics in Prometheus' text form. */
  public byte[] scrape() {
    return writer.write(registry.scrape());
  }

  /** Adds what is read from {@code member} when it is asked for. */
  public void watch(Member member) {
    gauge("etcd_server_id", "this member", "server_id")
        .labelValues(Long.toHexString(member.options().memberId()))
        .set(1);
    callback(
        "etcd_server_proposals_applied_total",
        "the applied index",
        member,
        m -> m.applied().index());
    callback(
        "etcd_server_is_learner",
        "whether this member is a learner",
        member,
        m -> m.stores().membership().view().isLearner(m.options().memberId()) ? 1 : 0);
    callback(
        "etcd_mvcc_db_total_size_in_bytes",
        "allocated bytes of the database",
        member,
        m -> m.stores().backend().sizeBytes());
    callback(
        "etcd_mvcc_db_total_size_in_use_in_bytes",
        "bytes of the database that are in use",
        member,
        m -> m.stores().backend().sizeInUseBytes());
    callback(
        "etcd_debugging_mvcc_current_revision",
        "the current revision",
        member,
        m -> {
          try (var view = m.stores().mvcc().view()) {
            return view.revision();
          }
        });
    callback(
        "etcd_debugging_mvcc_compact_revision",
        "the compacted revision",
        member,
        m -> {
          try (var view = m.stores().mvcc().view()) {
            return view.compactedRevision();
          }
        });
    callback(
        "etcd_debugging_mvcc_keys_total",
        "live keys",
        member,
        m -> {
          try (var view = m.stores().mvcc().view()) {
            return view.liveKeys();
          }
        });
  }

  /** Makes every series of every method exist, at 0. */
  public void methods(ServiceTable services) {
    services.methods().forEach(this::points);
  }

  public WalListener wal() {
    return new WalListener() {
      @Override
      public void synced(long nanos) {
        walSync.observe(nanos / NANOS);
      }

      @Override
      public void wrote(long bytes) {
        walBytes.inc(bytes);
      }

      @Override
      public void savedSnapshotFile(long syncNanos, long nanos) {
        snapSync.observe(syncNanos / NANOS);
        snapSave.observe(nanos / NANOS);
      }
    };
  }

  public BackendListener backend() {
    return new BackendListener() {
      @Override
      public void committed(long nanos, long rebalanceNanos, long spillNanos, long writeNanos) {
        commit.observe(nanos / NANOS);
        commitRebalance.observe(rebalanceNanos / NANOS);
        commitSpill.observe(spillNanos / NANOS);
        commitWrite.observe(writeNanos / NANOS);
      }

      @Override
      public void defragmenting(boolean inFlight) {
        defragInFlight.set(inFlight ? 1 : 0);
      }

      @Override
      public void defragmented(long nanos) {
        defrag.observe(nanos / NANOS);
      }

      @Override
      public void snapshotClosed(long nanos) {
        snapshot.observe(nanos / NANOS);
      }
    };
  }

  public MvccListener mvcc() {
    return new MvccListener() {
      @Override
      public void transaction(long putCount, long deleteCount, long rangeCount, long bytes) {
        count(puts, putCount);
        count(deletes, deleteCount);
        count(ranges, rangeCount);
        if (putCount + deleteCount + rangeCount > 1) {
          txns.inc();
        }
        putBytes.inc(bytes);
      }

      @Override
      public void ranged() {
        ranges.inc();
      }

      @Override
      public void indexCompactionPause(long nanos) {
        indexPause.observe(nanos / MILLIS);
      }

      @Override
      public void compactionPause(long nanos) {
        compactionPause.observe(nanos / MILLIS);
      }

      @Override
      public void compacted(long nanos, long deletedRevisions) {
        compactionTotal.observe(nanos / MILLIS);
        count(compactionKeys, deletedRevisions);
        compactionLast.set(System.currentTimeMillis() / 1000.0);
      }

      @Override
      public void hashed(long nanos) {
        hashRevision.observe(nanos / NANOS);
      }
    };
  }

  public ApplyListener apply() {
    return new ApplyListener() {
      @Override
      public void applied(String op, boolean success, long nanos) {
        applySeconds.labelValues("v3", op, Boolean.toString(success)).observe(nanos / NANOS);
        if (nanos > SLOW_APPLY_NANOS) {
          slowApplies.inc();
        }
      }
    };
  }

  private static final long SLOW_APPLY_NANOS = 100_000_000;

  public Member.Listeners member() {
    return new Member.Listeners(
        new RaftListener() {
          @Override
          public void changed(RaftView now, boolean newLeader) {
            hasLeader.set(now.hasLeader() ? 1 : 0);
            isLeader.set(now.leads() ? 1 : 0);
            if (newLeader) {
              leaderChanges.inc();
            }
          }

          @Override
          public void committed(long index) {
            committed.set(index);
          }

          @Override
          public void pending(int count) {
            pending.set(count);
          }

          @Override
          public void failed() {
            failed.inc();
          }
        },
        new ReadRounds.ReadListener() {
          @Override
          public void slow() {
            slowReads.inc();
          }

          @Override
          public void failed() {
            failedReads.inc();
          }
        },
        new WatchListener() {
          @Override
          public void watchers(int total, int unsynced) {
            watchers.set(total);
            slowWatchers.set(unsynced);
          }

          @Override
          public void events(int count) {
            events.inc(count);
          }
        },
        new Member.DutyListener() {
          @Override
          public void leaseExpired() {
            leaseExpired.inc();
          }
        });
  }

  public Services.RequestListener requests() {
    return (stream, version) ->
        clientRequests.labelValues(stream ? "stream" : "unary", version).inc();
  }

  public HealthListener health() {
    return new HealthListener() {
      @Override
      public void health(boolean well) {
        (well ? healthSuccess : healthFailures).inc();
      }

      @Override
      public void check(String type, String name, boolean well) {
        healthCheck.labelValues(type, name).set(well ? 1 : 0);
        healthChecks.labelValues(type, name, well ? "success" : "error").inc();
      }
    };
  }

  public EdgeListener edge() {
    return new EdgeListener() {
      @Override
      public void callStarted(Method method) {
        points(method).started.inc();
      }

      @Override
      public void callHandled(Method method, Code code, long nanos) {
        points(method).handled(code).inc();
      }

      @Override
      public void messageReceived(Method method, int bytes) {
        points(method).received.inc();
        receivedBytes.inc(bytes);
      }

      @Override
      public void messageSent(Method method, int bytes) {
        points(method).sent.inc();
        sentBytes.inc(bytes);
      }
    };
  }

  private MethodPoints points(Method method) {
    MethodPoints known = points.get(method.fullName());
    return known != null ? known : points.computeIfAbsent(method.fullName(), n -> make(method));
  }

  private MethodPoints make(Method method) {
    String type = method.kind().metricLabel();
    String service = method.service();
    String name = method.name();
    var byCode = new CounterDataPoint[Code.values().length];
    for (Code code : Code.values()) {
      byCode[code.number()] = handled.labelValues(type, service, name, code.goName());
    }
    return new MethodPoints(
        started.labelValues(type, service, name),
        messagesReceived.labelValues(type, service, name),
        messagesSent.labelValues(type, service, name),
        byCode);
  }

  private static void count(Counter counter, long by) {
    if (by > 0) {
      counter.inc(by);
    }
  }

  private static double[] exponential(double start, int count) {
    double[] bounds = new double[count];
    double bound = start;
    for (int i = 0; i < count; i++) {
      bounds[i] = bound;
      bound *= 2;
    }
    return bounds;
  }

  private Gauge gauge(String name, String help, String... labels) {
    return Gauge.builder().name(name).help(help).labelNames(labels).register(registry);
  }

  private Counter counter(String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
  }

  private Histogram histogram(String name, String help, double[] bounds, String... labels) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .classicOnly()
        .classicUpperBounds(bounds)
        .labelNames(labels)
        .register(registry);
  }

  private void callback(String name, String help, Member member, ToDoubleFunction<Member> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(point -> point.call(value.applyAsDouble(member)))
        .register(registry);
  }
}
