package io.quorate.metrics;

import static io.quorate.metrics.Buckets.B3;
import static io.quorate.metrics.Buckets.NANOS_PER_SECOND;

import io.quorate.metrics.registry.Counter;
import io.quorate.metrics.registry.Gauge;
import io.quorate.metrics.registry.Histogram;
import io.quorate.metrics.registry.Labelled;
import io.quorate.metrics.registry.Registry;
import io.quorate.node.Member;
import io.quorate.node.MembershipChanges;
import io.quorate.node.RaftView;
import io.quorate.node.duty.Versions;
import io.quorate.node.loop.RaftListener;
import io.quorate.node.read.ReadRounds;
import io.quorate.server.SlowRequests;
import io.quorate.server.http.HealthListener;
import io.quorate.statemachine.ApplyListener;
import io.quorate.statemachine.membership.MembershipListener;
import io.quorate.statemachine.membership.MembershipView;
import io.quorate.statemachine.membership.Version;
import java.util.Optional;

/** The member itself: leadership, proposals, applying, health, versions. */
final class ServerMetrics {
  private final Registry registry;
  private final Gauge hasLeader;
  private final Gauge isLeader;
  private final Counter leaderChanges;
  private final Gauge committed;
  private final Counter failed;
  private final Counter slowReads;
  private final Counter failedReads;
  private final Counter slowApplies;
  private final Counter heartbeatsLate;
  private final Gauge installing;
  private final Counter promotions;
  private final Labelled<Counter> promotionFailures;
  private final Labelled<Histogram> applySeconds;
  private final Labelled<Histogram> rangeSeconds;
  private final Counter healthSuccess;
  private final Counter healthFailures;
  private final Labelled<Gauge> healthCheck;
  private final Labelled<Counter> healthChecks;
  private final Labelled<Gauge> clusterVersion;

  ServerMetrics(Registry registry) {
    this.registry = registry;
    hasLeader =
        registry.gauge(
            "etcd_server_has_leader", "Whether or not a leader exists. 1 is existence, 0 is not.");
    isLeader =
        registry.gauge(
            "etcd_server_is_leader",
            "Whether or not this member is a leader. 1 if is, 0 otherwise.");
    leaderChanges =
        registry.counter(
            "etcd_server_leader_changes_seen_total", "The number of leader changes seen.");
    committed =
        registry.gauge(
            "etcd_server_proposals_committed_total",
            "The total number of consensus proposals committed.");
    failed =
        registry.counter(
            "etcd_server_proposals_failed_total", "The total number of failed proposals seen.");
    slowReads =
        registry.counter(
            "etcd_server_slow_read_indexes_total",
            "The total number of pending read indexes not in sync with leader's or timed out read"
                + " index requests.");
    failedReads =
        registry.counter(
            "etcd_server_read_indexes_failed_total",
            "The total number of failed read indexes seen.");
    heartbeatsLate =
        registry.counter(
            "etcd_server_heartbeat_send_failures_total",
            "The total number of leader heartbeat send failures (likely overloaded from slow"
                + " disk).");
    installing =
        registry.gauge(
            "etcd_server_snapshot_apply_in_progress_total",
            "1 if the server is applying the incoming snapshot. 0 if none.");
    promotions =
        registry.counter(
            "etcd_server_learner_promote_successes",
            "The total number of successful learner promotions while this member is leader.");
    promotionFailures =
        registry.counters(
            "etcd_server_learner_promote_failures",
            "The total number of failed learner promotions (likely learner not ready) while this"
                + " member is leader.",
            "Reason");
    slowApplies =
        registry.counter(
            "etcd_server_slow_apply_total",
            "The total number of slow apply requests (likely overloaded from slow disk).");
    applySeconds =
        registry.histograms(
            "etcd_server_apply_duration_seconds",
            "The latency distributions of v2 apply called by backend.",
            B3,
            "op",
            "success",
            "version");
    rangeSeconds =
        registry.histograms(
            "etcd_server_range_duration_seconds",
            "The latency distributions of txn.Range",
            B3,
            "success");
    healthSuccess =
        registry.counter(
            "etcd_server_health_success", "The total number of successful health checks");
    healthFailures =
        registry.counter("etcd_server_health_failures", "The total number of failed health checks");
    healthCheck =
        registry.gauges(
            "etcd_server_healthcheck", "The result of each kind of healthcheck.", "name", "type");
    healthChecks =
        registry.counters(
            "etcd_server_healthchecks_total",
            "The total number of each kind of healthcheck.",
            "name",
            "status",
            "type");
    clusterVersion =
        registry.gauges(
            "etcd_cluster_version",
            "Which version is running. 1 for 'cluster_version' label with current cluster version",
            "cluster_version");
    registry
        .gauges(
            "etcd_server_version",
            "Which version is running. 1 for 'server_version' label with current version.",
            "server_version")
        .with(Versions.SERVER.toString())
        .set(1);
    registry
        .gauges(
            "etcd_server_go_version",
            "Which Go version server is running with. 1 for 'server_go_version' label with current"
                + " version.",
            "server_go_version")
        .with("java" + Runtime.version().feature())
        .set(1);
  }

  /** As far as this member knows. */
  boolean hasLeader() {
    return hasLeader.value() == 1;
  }

  /** Adds what is read from {@code member} when somebody asks. */
  void read(Member member) {
    long self = member.options().memberId();
    registry
        .gauges(
            "etcd_server_id",
            "Server or member ID in hexadecimal format. 1 for 'server_id' label with current ID.",
            "server_id")
        .with(Long.toHexString(self))
        .set(1);
    registry.gauge(
        "etcd_server_proposals_applied_total",
        "The total number of consensus proposals applied.",
        () -> member.applied().index());
    registry.gauge(
        "etcd_server_proposals_pending",
        "The current number of pending proposals to commit.",
        member::pendingProposals);
    registry.gauge(
        "etcd_server_is_learner",
        "Whether or not this member is a learner. 1 if is, 0 otherwise.",
        () -> member.stores().membership().view().isLearner(self) ? 1 : 0);
    registry.gauge(
        "etcd_debugging_auth_revision",
        "The current revision of auth store.",
        () -> member.stores().auth().revision());
    var membership = member.stores().membership();
    recovered(membership.view());
    membership.listen(
        new MembershipListener() {
          @Override
          public void clusterVersionSet(Optional<Version> before, Version now) {
            before.ifPresent(version -> clusterVersion.with(text(version)).set(0));
            clusterVersion.with(text(now)).set(1);
          }

          @Override
          public void recovered(MembershipView view) {
            ServerMetrics.this.recovered(view);
          }
        });
  }

  private void recovered(MembershipView view) {
    view.clusterVersion().ifPresent(version -> clusterVersion.with(text(version)).set(1));
  }

  private static String text(Version version) {
    return version.major() + "." + version.minor();
  }

  void quota(long bytes) {
    registry
        .gauge("etcd_server_quota_backend_bytes", "Current backend storage quota size in bytes.")
        .set(bytes);
  }

  /** Whether a feature is on, by its name and how far it has come. */
  Labelled<Gauge> features() {
    return registry.gauges(
        "etcd_server_feature_enabled",
        "Whether or not a feature is enabled. 1 is enabled, 0 is not.",
        "name",
        "stage");
  }

  ApplyListener apply() {
    return new ApplyListener() {
      @Override
      public void applied(String op, boolean success, long nanos) {
        applySeconds.with(op, Boolean.toString(success), "v3").observe(nanos / NANOS_PER_SECOND);
      }
    };
  }

  SlowRequests.SlowListener slowRequests() {
    return slowApplies::inc;
  }

  void ranged(boolean success, long nanos) {
    rangeSeconds.with(Boolean.toString(success)).observe(nanos / NANOS_PER_SECOND);
  }

  RaftListener raft() {
    return new RaftListener() {
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
      public void failed() {
        failed.inc();
      }

      @Override
      public void heartbeatLate() {
        heartbeatsLate.inc();
      }

      @Override
      public void installing(boolean underway) {
        installing.add(underway ? 1 : -1);
      }
    };
  }

  MembershipChanges.PromotionListener promotions() {
    return new MembershipChanges.PromotionListener() {
      @Override
      public void promoted() {
        promotions.inc();
      }

      @Override
      public void refused(String reason) {
        promotionFailures.with(reason).inc();
      }
    };
  }

  ReadRounds.ReadListener reads() {
    return new ReadRounds.ReadListener() {
      @Override
      public void slow() {
        slowReads.inc();
      }

      @Override
      public void failed() {
        failedReads.inc();
      }
    };
  }

  HealthListener health() {
    return new HealthListener() {
      @Override
      public void health(boolean well) {
        (well ? healthSuccess : healthFailures).inc();
      }

      @Override
      public void ranged(boolean success, long nanos) {
        ServerMetrics.this.ranged(success, nanos);
      }

      @Override
      public void check(String type, String name, boolean well) {
        healthCheck.with(name, type).set(well ? 1 : 0);
        healthChecks.with(name, well ? "success" : "error", type).inc();
      }
    };
  }
}
