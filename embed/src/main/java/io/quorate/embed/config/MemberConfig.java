package io.quorate.embed.config;

import io.quorate.embed.flag.FeatureGates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * One member's configuration, checked. URLs are as the flags gave them, sorted.
 *
 * @param name the member's name
 * @param dataDir its folder, as the flag gave it
 * @param walDir where the WAL lives; below {@code dataDir} unless given
 * @param dedicatedWalDir what {@code --wal-dir} said, or empty
 * @param profiles whether {@code /debug/pprof/} is served
 */
public record MemberConfig(
    String name,
    Path dataDir,
    Path walDir,
    String dedicatedWalDir,
    Cluster cluster,
    Listen listen,
    Raft raft,
    Storage storage,
    Limits limits,
    Compaction compaction,
    Auth auth,
    FeatureGates gates,
    Duration watchProgressInterval,
    Checks checks,
    Discovery discovery,
    Duration warningApply,
    Duration warningUnaryRequest,
    boolean extensiveMetrics,
    boolean profiles) {

  /** How the cluster comes to be. */
  public record Cluster(
      String initialCluster,
      boolean isNew,
      String token,
      List<String> initialAdvertisePeerUrls,
      List<String> advertiseClientUrls,
      boolean forceNewCluster,
      int maxLearners,
      boolean strictReconfiguration) {}

  /** Where the member listens. */
  public record Listen(
      List<String> peerUrls,
      List<String> clientUrls,
      List<String> clientHttpUrls,
      List<String> metricsUrls,
      List<String> cors,
      List<String> hostWhitelist,
      boolean jsonGateway,
      boolean reusePort,
      boolean reuseAddress) {}

  /**
   * Timers and snapshots of raft.
   *
   * @param snapshotCount as the flag gave it, unsigned; likewise {@code snapshotCatchupEntries}
   */
  public record Raft(
      Duration heartbeat,
      Duration election,
      boolean preVote,
      boolean initialElectionTickAdvance,
      long snapshotCount,
      long snapshotCatchupEntries,
      Duration readTimeout,
      Duration writeTimeout) {

    private static final long DEFAULT_SNAPSHOT_COUNT = 10_000;
    private static final long DEFAULT_CATCHUP_ENTRIES = 5_000;

    /** Entries between two snapshots: the default for 0. */
    public long entriesPerSnapshot() {
      return counted(snapshotCount, DEFAULT_SNAPSHOT_COUNT);
    }

    /** Entries kept behind a snapshot: the default for 0. */
    public long catchupEntries() {
      return counted(snapshotCatchupEntries, DEFAULT_CATCHUP_ENTRIES);
    }

    private static long counted(long unsigned, long instead) {
      return unsigned == 0 ? instead : unsigned < 0 ? Long.MAX_VALUE : unsigned;
    }

    /** What an election timeout comes to, in whole ticks. */
    public Duration electionTimeout() {
      return heartbeat.multipliedBy(electionTicks());
    }

    /** Ticks of an election timeout: integer division, as etcd does it. */
    public int electionTicks() {
      return (int) (election.toMillis() / heartbeat.toMillis());
    }

    /** How long a request may take: 5 s and two election timeouts. */
    public Duration requestTimeout() {
      return Duration.ofSeconds(5).plus(heartbeat.multipliedBy(2L * electionTicks()));
    }
  }

  /**
   * The disk.
   *
   * @param maxSnapshots files that purging leaves, 0 for all, unsigned; likewise {@code maxWals}
   */
  public record Storage(
      long quotaBytes,
      Duration batchInterval,
      int batchLimit,
      boolean lockMemory,
      boolean noFsync,
      long maxSnapshots,
      long maxWals,
      long defragThresholdMegabytes,
      int compactionBatchLimit,
      Duration compactionSleep,
      boolean allowV2Content) {

    /** As many {@code .snap} files as can be counted. */
    public int snapshotsKept() {
      return counted(maxSnapshots);
    }

    public int walsKept() {
      return counted(maxWals);
    }

    private static int counted(long unsigned) {
      return unsigned < 0 ? Integer.MAX_VALUE : (int) Math.min(unsigned, Integer.MAX_VALUE);
    }
  }

  /**
   * What a client may ask for.
   *
   * @param maxRequestBytes as the flag gave it, unsigned
   */
  public record Limits(
      long maxRequestBytes,
      int maxTxnOps,
      long maxConcurrentStreams,
      Duration keepaliveMinTime,
      Duration keepaliveInterval,
      Duration keepaliveTimeout) {
    /** What gRPC adds to a request around the proposal. */
    public static final int OVERHEAD_BYTES = 512 * 1024;

    /** The largest request taken. */
    public int requestBytes() {
      return (int) Math.min(maxRequestBytes, Integer.MAX_VALUE - OVERHEAD_BYTES);
    }

    /** The largest gRPC message taken, and where watch responses are fragmented. */
    public int maxMessageBytes() {
      return requestBytes() + OVERHEAD_BYTES;
    }
  }

  /**
   * Tokens and passwords.
   *
   * @param token as the flag gave it: {@link AuthTokenOption} is read when the member is made
   * @param bcryptCost as the flag gave it, sensible or not
   */
  public record Auth(String token, Duration tokenTtl, long bcryptCost) {}

  /** What members check of each other. */
  public record Checks(Duration corruptCheck, Duration compactHashCheck, Duration downgradeCheck) {}

  /** How a new cluster's members find each other, if not by {@code --initial-cluster}. */
  public record Discovery(
      String url,
      String proxy,
      String token,
      List<String> endpoints,
      Duration dialTimeout,
      Duration requestTimeout,
      Duration keepaliveTime,
      Duration keepaliveTimeout,
      boolean insecureTransport,
      boolean insecureSkipVerify,
      String cert,
      String key,
      String cacert,
      String user) {}

  /** The same member of another founding cluster. */
  public MemberConfig withCluster(Cluster other) {
    return new MemberConfig(
        name,
        dataDir,
        walDir,
        dedicatedWalDir,
        other,
        listen,
        raft,
        storage,
        limits,
        compaction,
        auth,
        gates,
        watchProgressInterval,
        checks,
        discovery,
        warningApply,
        warningUnaryRequest,
        extensiveMetrics,
        profiles);
  }

  /** The data directory by its shortest path. */
  public Path folder() {
    Path shortest = dataDir.normalize();
    return shortest.toString().isEmpty() ? Path.of(".") : shortest;
  }

  /** The folder of the member inside the data directory. */
  public Path memberDir() {
    return dataDir.resolve("member").normalize();
  }

  public Path snapDir() {
    return memberDir().resolve("snap");
  }
}
