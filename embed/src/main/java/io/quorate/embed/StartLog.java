package io.quorate.embed;

import io.quorate.backend.BackendOptions;
import io.quorate.embed.config.Compaction;
import io.quorate.embed.config.MemberConfig;
import io.quorate.embed.log.LineFormat.Unsigned;
import io.quorate.gotext.GoBytes;
import io.quorate.node.duty.Versions;
import io.quorate.statemachine.alarm.Quota;
import io.quorate.statemachine.membership.MembershipView;
import io.quorate.statemachine.membership.Version;
import io.quorate.wal.WalMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;

/** The lines that etcd writes around a member's life (spec/server.md 3.2 and 3.4). */
final class StartLog {
  private static final String QUOTA = "v3-applier";
  private static final int RECOMMENDED_REQUEST_BYTES = 10 * 1024 * 1024;

  private StartLog() {}

  /**
   * @param localAddress from where peers are dialed, or empty
   */
  static void starting(
      MemberConfig config, Compaction.Retention retention, String localAddress, Logger log) {
    MemberConfig.Storage storage = config.storage();
    MemberConfig.Discovery discovery = config.discovery();
    boolean initialized = hasLog(config.walDir());
    // Who has a log is not founded again, and what would found it is not looked at.
    MemberConfig.Cluster cluster = config.cluster();
    log.atInfo()
        .addKeyValue("etcd-version", Versions.SERVER.toString())
        .addKeyValue("git-sha", "quorate")
        .addKeyValue("go-version", "go1.25")
        .addKeyValue("go-os", "linux")
        .addKeyValue("go-arch", arch())
        .addKeyValue("max-cpu-set", Runtime.getRuntime().availableProcessors())
        .addKeyValue("max-cpu-available", Runtime.getRuntime().availableProcessors())
        .addKeyValue("member-initialized", initialized)
        .addKeyValue("name", config.name())
        .addKeyValue("data-dir", config.dataDir().toString())
        .addKeyValue("wal-dir", config.dedicatedWalDir())
        .addKeyValue("wal-dir-dedicated", config.dedicatedWalDir())
        .addKeyValue("member-dir", config.memberDir().toString())
        .addKeyValue("force-new-cluster", config.cluster().forceNewCluster())
        .addKeyValue("heartbeat-interval", config.raft().heartbeat())
        .addKeyValue("election-timeout", config.raft().electionTimeout())
        .addKeyValue("initial-election-tick-advance", config.raft().initialElectionTickAdvance())
        .addKeyValue("snapshot-count", new Unsigned(config.raft().snapshotCount()))
        .addKeyValue("max-wals", new Unsigned(storage.maxWals()))
        .addKeyValue("max-snapshots", new Unsigned(storage.maxSnapshots()))
        .addKeyValue(
            "snapshot-catchup-entries", new Unsigned(config.raft().snapshotCatchupEntries()))
        .addKeyValue("initial-advertise-peer-urls", config.cluster().initialAdvertisePeerUrls())
        .addKeyValue("listen-peer-urls", config.listen().peerUrls())
        .addKeyValue("advertise-client-urls", config.cluster().advertiseClientUrls())
        .addKeyValue("listen-client-urls", config.listen().clientUrls())
        .addKeyValue("listen-metrics-urls", config.listen().metricsUrls())
        .addKeyValue("experimental-local-address", localAddress)
        .addKeyValue("cors", config.listen().cors())
        .addKeyValue("host-whitelist", config.listen().hostWhitelist())
        .addKeyValue("initial-cluster", initialized ? "" : cluster.initialCluster())
        .addKeyValue("initial-cluster-state", config.cluster().isNew() ? "new" : "existing")
        .addKeyValue("initial-cluster-token", initialized ? "" : cluster.token())
        .addKeyValue("quota-backend-bytes", Quota.of(storage.quotaBytes()).bytes())
        .addKeyValue("max-request-bytes", new Unsigned(config.limits().maxRequestBytes()))
        .addKeyValue("max-concurrent-streams", config.limits().maxConcurrentStreams())
        .addKeyValue("pre-vote", config.raft().preVote())
        .addKeyValue("feature-gates", config.gates().toString())
        // Always false, whatever the gate says.
        .addKeyValue("initial-corrupt-check", false)
        .addKeyValue("corrupt-check-time-interval", config.checks().corruptCheck())
        .addKeyValue("compact-check-time-interval", config.checks().compactHashCheck())
        .addKeyValue("auto-compaction-mode", retention.byRevision() ? "revision" : "periodic")
        .addKeyValue("auto-compaction-retention", retention.asDuration())
        .addKeyValue("auto-compaction-interval", retention.asDuration())
        .addKeyValue("discovery-url", discovery.url())
        .addKeyValue("discovery-proxy", discovery.proxy())
        .addKeyValue("discovery-token", discovery.token())
        .addKeyValue("discovery-endpoints", String.join(",", discovery.endpoints()))
        .addKeyValue("discovery-dial-timeout", discovery.dialTimeout())
        .addKeyValue("discovery-request-timeout", discovery.requestTimeout())
        .addKeyValue("discovery-keepalive-time", discovery.keepaliveTime())
        .addKeyValue("discovery-keepalive-timeout", discovery.keepaliveTimeout())
        .addKeyValue("discovery-insecure-transport", discovery.insecureTransport())
        .addKeyValue("discovery-insecure-skip-tls-verify", discovery.insecureSkipVerify())
        .addKeyValue("discovery-cert", discovery.cert())
        .addKeyValue("discovery-key", discovery.key())
        .addKeyValue("discovery-cacert", discovery.cacert())
        .addKeyValue("discovery-user", discovery.user())
        .addKeyValue("downgrade-check-interval", config.checks().downgradeCheck())
        .addKeyValue("max-learners", config.cluster().maxLearners())
        .addKeyValue(
            "v2-deprecation", storage.allowV2Content() ? "write-only-skip-check" : "write-only")
        .log("starting an etcd server");
    largeRequests(config.limits().maxRequestBytes(), log);
  }

  /** Whether {@code folder} has a segment of the log, without which no member was here. */
  static boolean hasLog(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> file.toString().endsWith(".wal"));
    } catch (IOException e) {
      return false;
    }
  }

  static void largeRequests(long bytes, Logger log) {
    if (Long.compareUnsigned(bytes, RECOMMENDED_REQUEST_BYTES) > 0) {
      log.atWarn()
          .addKeyValue("max-request-bytes", new Unsigned(bytes))
          .addKeyValue("max-request-size", GoBytes.format(bytes))
          .addKeyValue("recommended-request-bytes", RECOMMENDED_REQUEST_BYTES)
          .addKeyValue("recommended-request-size", GoBytes.format(RECOMMENDED_REQUEST_BYTES))
          .log("exceeded recommended request limit");
    }
  }

  /** Only what differs from the default, which etcd does not set. */
  static void batches(MemberConfig.Storage storage, Logger log) {
    if (storage.batchLimit() != BackendOptions.DEFAULT.batchLimit()) {
      log.atInfo()
          .addKeyValue("batch limit", storage.batchLimit())
          .log("setting backend batch limit");
    }
    if (!storage.batchInterval().equals(BackendOptions.DEFAULT.batchInterval())) {
      log.atInfo()
          .addKeyValue("batch interval", storage.batchInterval())
          .log("setting backend batch interval");
    }
  }

  /** bbolt's line; an option that it has and we do not is shown with its default. */
  static void openingDatabase(Path file, MemberConfig.Storage storage, Logger bolt) {
    bolt.atInfo().log(
        "Opening db file (%s) with mode -rw------- and with options: {Timeout: 0s, NoGrowSync: false, NoFreelistSync: true, PreLoadFreelist: false, FreelistType: hashmap, ReadOnly: false, MmapFlags: 8000, InitialMmapSize: 10737418240, PageSize: 0, NoSync: %s, OpenFile: 0x0, Mlock: %s, Logger: 0x%x}"
            .formatted(
                file, storage.noFsync(), storage.lockMemory(), System.identityHashCode(bolt)));
  }

  static void quota(Quota quota, MemberConfig.Storage storage, Logger log) {
    String size = GoBytes.format(quota.bytes());
    if (quota.bytes() > Quota.LARGEST_ADVISED_BYTES) {
      log.atWarn()
          .addKeyValue("quota-name", QUOTA)
          .addKeyValue("quota-size-bytes", quota.bytes())
          .addKeyValue("quota-size", size)
          .addKeyValue("quota-maximum-size-bytes", Quota.LARGEST_ADVISED_BYTES)
          .addKeyValue("quota-maximum-size", GoBytes.format(Quota.LARGEST_ADVISED_BYTES))
          .log("quota exceeds the maximum value");
    }
    boolean off = quota.bytes() < 0;
    log.atInfo()
        .addKeyValue("quota-name", QUOTA)
        .addKeyValue("quota-size-bytes", quota.bytes())
        .addKeyValue("quota-size", off ? null : size)
        .log(
            off
                ? "disabled backend quota"
                : storage.quotaBytes() == 0
                    ? "enabled backend quota with default value"
                    : "enabled backend quota");
  }

  static void startingServer(WalMetadata ids, MembershipView membership, Logger log) {
    var line =
        log.atInfo()
            .addKeyValue("local-member-id", Long.toHexString(ids.nodeId()))
            .addKeyValue("local-server-version", Versions.SERVER.toString());
    Optional<Version> version = membership.clusterVersion();
    line =
        version.isPresent()
            ? line.addKeyValue("cluster-id", Long.toHexString(ids.clusterId()))
                .addKeyValue("cluster-version", version.get().major() + "." + version.get().minor())
            : line.addKeyValue("cluster-version", "to_be_decided");
    line.log("starting etcd server");
  }

  static void purging(MemberConfig config, Logger log) {
    MemberConfig.Storage storage = config.storage();
    purging(config.snapDir(), "snap.db", storage.maxSnapshots(), log);
    purging(config.snapDir(), "snap", storage.maxSnapshots(), log);
    purging(config.walDir(), "wal", storage.maxWals(), log);
  }

  private static void purging(Path folder, String suffix, long max, Logger log) {
    if (max != 0) {
      log.atInfo()
          .addKeyValue("dir", folder)
          .addKeyValue("suffix", suffix)
          .addKeyValue("max", new Unsigned(max))
          .addKeyValue("interval", "30s")
          .log("started to purge file");
    }
  }

  static void nowServing(MemberConfig config, long memberId, Logger log) {
    log.atInfo()
        .addKeyValue("local-member-id", Long.toHexString(memberId))
        .addKeyValue("initial-advertise-peer-urls", config.cluster().initialAdvertisePeerUrls())
        .addKeyValue("listen-peer-urls", config.listen().peerUrls())
        .addKeyValue("advertise-client-urls", config.cluster().advertiseClientUrls())
        .addKeyValue("listen-client-urls", config.listen().clientUrls())
        .addKeyValue("listen-metrics-urls", config.listen().metricsUrls())
        .log("now serving peer/client/metrics");
  }

  /** A start that fails ends as a running member does. */
  static void gaveUp(MemberConfig config, Logger log) {
    closing(config, log);
    closed(config, log);
  }

  static String arch() {
    String arch = System.getProperty("os.arch", "");
    return arch.equals("aarch64") ? "arm64" : arch;
  }

  static void closing(MemberConfig config, Logger log) {
    around(config, "closing etcd server", log);
  }

  static void closed(MemberConfig config, Logger log) {
    around(config, "closed etcd server", log);
  }

  private static void around(MemberConfig config, String message, Logger log) {
    List<String> peers = config.cluster().initialAdvertisePeerUrls();
    log.atInfo()
        .addKeyValue("name", config.name())
        .addKeyValue("data-dir", config.dataDir().toString())
        .addKeyValue("advertise-peer-urls", peers)
        .addKeyValue("advertise-client-urls", config.cluster().advertiseClientUrls())
        .log(message);
  }
}
