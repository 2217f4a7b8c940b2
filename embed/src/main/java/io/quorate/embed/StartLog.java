package io.quorate.embed;

import io.quorate.embed.config.MemberConfig;
import io.quorate.node.duty.Versions;
import java.util.List;
import org.slf4j.Logger;

/** The lines that etcd writes around a member's life (spec/server.md 3.2 and 3.4). */
final class StartLog {
  private StartLog() {}

  static void starting(MemberConfig config, Logger log) {
    MemberConfig.Storage storage = config.storage();
    boolean initialized = java.nio.file.Files.exists(config.memberDir());
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
        .addKeyValue("election-timeout", config.raft().election())
        .addKeyValue("initial-election-tick-advance", config.raft().initialElectionTickAdvance())
        .addKeyValue("snapshot-count", config.raft().snapshotCount())
        .addKeyValue("max-wals", storage.maxWals())
        .addKeyValue("max-snapshots", storage.maxSnapshots())
        .addKeyValue("snapshot-catchup-entries", config.raft().snapshotCatchupEntries())
        .addKeyValue("initial-advertise-peer-urls", config.cluster().initialAdvertisePeerUrls())
        .addKeyValue("listen-peer-urls", config.listen().peerUrls())
        .addKeyValue("advertise-client-urls", config.cluster().advertiseClientUrls())
        .addKeyValue("listen-client-urls", config.listen().clientUrls())
        .addKeyValue("listen-metrics-urls", config.listen().metricsUrls())
        .addKeyValue("cors", config.listen().cors())
        .addKeyValue("host-whitelist", config.listen().hostWhitelist())
        .addKeyValue("initial-cluster", config.cluster().initialCluster())
        .addKeyValue("initial-cluster-state", config.cluster().isNew() ? "new" : "existing")
        .addKeyValue("initial-cluster-token", config.cluster().token())
        .addKeyValue("quota-backend-bytes", storage.quotaBytes())
        .addKeyValue("max-request-bytes", config.limits().maxRequestBytes())
        .addKeyValue("max-concurrent-streams", config.limits().maxConcurrentStreams())
        .addKeyValue("pre-vote", config.raft().preVote())
        .addKeyValue("feature-gates", config.gates().toString())
        .addKeyValue(
            "auto-compaction-mode", config.compaction().byRevision() ? "revision" : "periodic")
        .log("starting an etcd server");
  }

  static String arch() {
    String arch = System.getProperty("os.arch", "");
    return arch.equals("aarch64") ? "arm64" : arch;
  }

  static void servingPeers(String address, Logger log) {
    log.atInfo().addKeyValue("address", address).log("serving peer traffic");
  }

  static void servingClients(String address, String traffic, Logger log) {
    log.atInfo()
        .addKeyValue("traffic", traffic)
        .addKeyValue("address", address)
        .log("serving client traffic insecurely; this is strongly discouraged!");
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
