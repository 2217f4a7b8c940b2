package io.quorate.embed.config;

import io.quorate.embed.flag.LaterFlags;
import io.quorate.embed.flag.ServerFlags;
import io.quorate.gotext.GoDuration;
import io.quorate.gotext.GoQuote;
import io.quorate.server.auth.SimpleTokens;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * From flags to a {@link MemberConfig}, in the order in which etcd checks them (spec/server.md
 * 1.6). Warnings are collected; the first error ends it.
 */
public final class ConfigReader {
  private static final String DEFAULT_NAME = "default";
  private static final String DEFAULT_INITIAL_CLUSTER = "default=http://localhost:2380";
  private static final long MAX_ELECTION_MILLIS = 50_000;
  private static final long RECOMMENDED_REQUEST_BYTES = 10 * 1024 * 1024;
  private static final Duration MIN_WATCH_PROGRESS = Duration.ofMillis(100);

  /** A warning for the log: message and fields. */
  public record Warning(String message, Map<String, Object> fields) {
    static Warning of(String message) {
      return new Warning(message, Map.of());
    }
  }

  private final ServerFlags flags;
  private final List<Warning> warnings = new ArrayList<>();

  private ConfigReader(ServerFlags flags) {
    this.flags = flags;
  }

  /**
   * Checks {@code flags}; warnings are added to {@code warnings}.
   *
   * @throws ConfigException with etcd's text
   */
  public static MemberConfig read(ServerFlags flags, List<Warning> warnings) {
    var reader = new ConfigReader(flags);
    try {
      return reader.read();
    } finally {
      warnings.addAll(reader.warnings);
    }
  }

  private MemberConfig read() {
    refuseWhatComesLater();
    FeatureGates gates = gates();
    if (flags.choice("discovery-fallback").equals("proxy")) {
      throw new ConfigException(
          "v2 proxy is deprecated, and --discovery-fallback can't be configured as \"proxy\"");
    }
    refuseOldWithNew();
    deprecations();
    MemberConfig.Listen listen = listen();
    checkAdvertised("initial-advertise-peer-urls");
    checkAdvertised("advertise-client-urls");
    MemberConfig.Raft raft = raft();
    if (flags.set().isGiven("listen-client-urls")
        && !flags.set().isGiven("advertise-client-urls")) {
      throw new ConfigException(
          "--advertise-client-urls is required when --listen-client-urls is set explicitly");
    }
    MemberConfig.Compaction compaction = compaction();
    if (gates.isOn(FeatureGates.Gate.LEASE_CHECKPOINT_PERSIST)
        && !gates.isOn(FeatureGates.Gate.LEASE_CHECKPOINT)) {
      throw new ConfigException(
          "enabling feature gate LeaseCheckpointPersist requires enabling feature gate"
              + " LeaseCheckpoint");
    }
    if (gates.isOn(FeatureGates.Gate.LEASE_CHECKPOINT)
        && !gates.isOn(FeatureGates.Gate.LEASE_CHECKPOINT_PERSIST)) {
      warnings.add(
          Warning.of(
              "Detected that checkpointing is enabled without persistence. Consider enabling"
                  + " feature gate LeaseCheckpointPersist"));
    }
    Duration hashCheck = either("compact-hash-check-time");
    if (hashCheck.isNegative() || hashCheck.isZero()) {
      throw new ConfigException(
          "--compact-hash-check-time must be >0 (set to " + GoDuration.format(hashCheck) + ")");
    }
    String name = flags.text("name");
    if (name.equals(DEFAULT_NAME)) {
      warnings.add(
          new Warning(
              "it isn't recommended to use default name, please set a value for --name. Note that"
                  + " etcd might run into issue when multiple members have the same default name",
              Map.of("name", name)));
    }
    return assemble(name, gates, listen, raft, compaction);
  }

  private MemberConfig assemble(
      String name,
      FeatureGates gates,
      MemberConfig.Listen listen,
      MemberConfig.Raft raft,
      MemberConfig.Compaction compaction) {
    String dataDir = flags.text("data-dir");
    if (dataDir.isEmpty()) {
      dataDir = name + ".etcd";
      warnings.add(new Warning("'data-dir' was empty; using default", Map.of("data-dir", dataDir)));
    }
    String walDir = flags.text("wal-dir");
    Path data = Path.of(dataDir);
    Duration unary = either("warning-unary-request-duration");
    return new MemberConfig(
        name,
        data,
        walDir.isEmpty() ? data.resolve("member").resolve("wal") : Path.of(walDir),
        walDir,
        cluster(name),
        listen,
        raft,
        storage(),
        limits(),
        compaction,
        auth(),
        gates,
        watchProgress(),
        either("warning-apply-duration"),
        unary.isZero() ? Duration.ofMillis(300) : unary,
        flags.text("metrics").equals("extensive"),
        flags.isOn("enable-pprof") || flags.text("log-level").equals("debug"));
  }

  private void refuseWhatComesLater() {
    LaterFlags.REFUSED.forEach((flag, subject) -> {
      if (flags.set().isGiven(flag) && !isEmpty(flag)) {
        throw new ConfigException(
            "--" + flag + " is not supported by this version of Quorate yet (" + subject + ")");
      }
    });
    if (flags.text("auth-token").split(",", 2)[0].equals("jwt")) {
      throw new ConfigException(
          "--auth-token=jwt is not supported by this version of Quorate yet (security)");
    }
  }

  private MemberConfig.Auth auth() {
    long ttl = flags.number("auth-token-ttl");
    return new MemberConfig.Auth(
        flags.text("auth-token"),
        ttl == 0 ? SimpleTokens.DEFAULT_TTL : Duration.ofSeconds(Math.min(ttl, Integer.MAX_VALUE)),
        flags.number("bcrypt-cost"));
  }

  private boolean isEmpty(String flag) {
    String text = flags.set().text(flag);
    return text.isEmpty() || text.equals("false");
  }

  private FeatureGates gates() {
    FeatureGates gates = FeatureGates.parse(flags.text("feature-gates"));
    Map<String, FeatureGates.Gate> old = new LinkedHashMap<>();
    old.put("stop-grpc-service-on-defrag", FeatureGates.Gate.STOP_GRPC_SERVICE_ON_DEFRAG);
    old.put("initial-corrupt-check", FeatureGates.Gate.INITIAL_CORRUPT_CHECK);
    old.put("compact-hash-check-enabled", FeatureGates.Gate.COMPACT_HASH_CHECK);
    old.put(
        "txn-mode-write-with-shared-buffer", FeatureGates.Gate.TXN_MODE_WRITE_WITH_SHARED_BUFFER);
    old.put("enable-lease-checkpoint", FeatureGates.Gate.LEASE_CHECKPOINT);
    old.put("enable-lease-checkpoint-persist", FeatureGates.Gate.LEASE_CHECKPOINT_PERSIST);
    for (Map.Entry<String, FeatureGates.Gate> entry : old.entrySet()) {
      String flag = "experimental-" + entry.getKey();
      if (!flags.set().isGiven(flag)) {
        continue;
      }
      String gate = entry.getValue().text();
      boolean on = flags.isOn(flag);
      if (flags.text("feature-gates").contains(gate)) {
        String asGate = gate + "=" + on;
        throw new ConfigException(
            "cannot specify both flags: --%s=%s and --feature-gates=%s at the same time, please just use --feature-gates=%s"
                .formatted(flag, on, asGate, asGate));
      }
      gates = gates.with(entry.getValue(), on);
    }
    return gates;
  }

  private static final List<String> RENAMED =
      List.of(
          "compact-hash-check-time",
          "corrupt-check-time",
          "compaction-batch-limit",
          "compaction-sleep-interval",
          "watch-progress-notify-interval",
          "warning-apply-duration",
          "bootstrap-defrag-threshold-megabytes",
          "memory-mlock",
          "snapshot-catchup-entries",
          "downgrade-check-time",
          "peer-skip-client-san-verification");

  private void refuseOldWithNew() {
    for (String name : RENAMED) {
      if (flags.set().isGiven(name) && flags.set().isGiven("experimental-" + name)) {
        throw new ConfigException(
            "cannot set --experimental-%s and --%s at the same time, please use --%s only"
                .formatted(name, name, name));
      }
    }
    String unary = "warning-unary-request-duration";
    if (flags.set().isGiven(unary) && flags.set().isGiven("experimental-" + unary)) {
      throw new ConfigException(
          "both --experimental-%s and --%s flags are set. Use only --%s"
              .formatted(unary, unary, unary));
    }
  }

  private void deprecations() {
    if (flags.set().isGiven("max-snapshots")) {
      warnings.add(
          Warning.of("--max-snapshots is deprecated in 3.6 and will be decommissioned in 3.8."));
    }
    if (flags.set().isGiven("v2-deprecation")) {
      warnings.add(
          Warning.of(
              "--v2-deprecation is deprecated and scheduled for removal in v3.8. The default value"
                  + " is enforced, ignoring user input."));
    }
    for (String name : RENAMED) {
      if (!flags.set().isGiven("experimental-" + name)) {
        continue;
      }
      String versions = name.startsWith("compact-hash") ? "3.6 %s 3.7" : "v3.6 %s v3.7";
      String instead = name.equals("compaction-sleep-interval") ? name : "--" + name;
      warnings.add(
          Warning.of(
              "--experimental-%s is deprecated in %s. Use '%s' instead."
                  .formatted(name, versions.formatted("and will be decommissioned in"), instead)));
    }
  }

  /** The value of {@code name}, or of its experimental twin where that was given. */
  private Duration either(String name) {
    String twin = "experimental-" + name;
    return flags.set().isGiven(twin) ? flags.time(twin) : flags.time(name);
  }

  private long eitherNumber(String name) {
    String twin = "experimental-" + name;
    return flags.set().isGiven(twin) ? flags.number(twin) : flags.number(name);
  }

  private MemberConfig.Listen listen() {
    checkBindable("listen-peer-urls");
    checkBindable("listen-client-urls");
    checkBindable("listen-client-http-urls");
    if (flags.urls("listen-client-http-urls").isEmpty()) {
      warnings.add(
          Warning.of(
              "Running http and grpc server on single port. This is not recommended for"
                  + " production."));
    }
    checkBindable("listen-metrics-urls");
    for (String url : flags.urls("listen-client-urls")) {
      if (flags.urls("listen-client-http-urls").contains(url)) {
        throw new ConfigException(
            "cannot bind both --listen-client-urls and --listen-client-http-urls on the same url "
                + url);
      }
    }
    return new MemberConfig.Listen(
        flags.urls("listen-peer-urls"),
        flags.urls("listen-client-urls"),
        flags.urls("listen-client-http-urls"),
        flags.urls("listen-metrics-urls"),
        flags.words("cors"),
        flags.words("host-whitelist"),
        flags.isOn("enable-grpc-gateway"),
        flags.isOn("socket-reuse-port"),
        flags.isOn("socket-reuse-address"));
  }

  /** A listen URL names an address, not a host. */
  private void checkBindable(String flag) {
    for (String url : flags.urls(flag)) {
      if (url.startsWith("https") || url.startsWith("unixs")) {
        throw new ConfigException(
            "--" + flag + " with TLS is not supported by this version of Quorate yet (security)");
      }
      if (url.startsWith("unix")) {
        throw new ConfigException(
            "--" + flag + " with a unix socket is not supported by this version of Quorate yet");
      }
      String host = host(url);
      boolean address =
          host.isEmpty()
              || host.equals("localhost")
              || host.contains(":")
              || host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
      if (!address) {
        throw new ConfigException("expected IP in URL for binding (" + url + ")");
      }
    }
  }

  private void checkAdvertised(String flag) {
    for (String url : flags.urls(flag)) {
      if (!url.startsWith("unix") && host(url).isEmpty()) {
        throw new ConfigException(
            "--%s %s must be \"host:port\" (unexpected empty host (%s))"
                .formatted(flag, GoQuote.quote(url), url));
      }
    }
  }

  private static String host(String url) {
    String authority = url.substring(url.indexOf("://") + 3);
    String host = authority.substring(0, authority.lastIndexOf(':'));
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private MemberConfig.Raft raft() {
    long heartbeat = flags.number("heartbeat-interval");
    long election = flags.number("election-timeout");
    if (heartbeat == 0) {
      throw new ConfigException("--heartbeat-interval must be >0 (set to 0ms)");
    }
    if (election == 0) {
      throw new ConfigException("--election-timeout must be >0 (set to 0ms)");
    }
    if (5 * heartbeat > election) {
      throw new ConfigException(
          "--election-timeout[%dms] should be at least as 5 times as --heartbeat-interval[%dms]"
              .formatted(election, heartbeat));
    }
    if (election > MAX_ELECTION_MILLIS) {
      throw new ConfigException(
          "--election-timeout[%dms] is too long, and should be set less than %dms"
              .formatted(election, MAX_ELECTION_MILLIS));
    }
    long snapshotCount = flags.number("snapshot-count");
    long catchup = eitherNumber("snapshot-catchup-entries");
    return new MemberConfig.Raft(
        Duration.ofMillis(heartbeat),
        Duration.ofMillis(election),
        flags.isOn("pre-vote"),
        flags.isOn("initial-election-tick-advance"),
        snapshotCount == 0 ? 10_000 : snapshotCount,
        catchup == 0 ? 5_000 : catchup,
        flags.time("raft-read-timeout"),
        flags.time("raft-write-timeout"));
  }

  private MemberConfig.Cluster cluster(String name) {
    String initialCluster = flags.text("initial-cluster");
    List<String> peers = flags.urls("initial-advertise-peer-urls");
    if (!name.equals(DEFAULT_NAME) && initialCluster.equals(DEFAULT_INITIAL_CLUSTER)) {
      var own = new ArrayList<String>();
      peers.forEach(url -> own.add(name + "=" + url));
      initialCluster = String.join(",", own);
    }
    return new MemberConfig.Cluster(
        initialCluster,
        flags.choice("initial-cluster-state").equals("new"),
        flags.text("initial-cluster-token"),
        peers,
        flags.urls("advertise-client-urls"),
        flags.isOn("force-new-cluster"),
        (int) flags.number("max-learners"),
        flags.isOn("strict-reconfig-check"));
  }

  private MemberConfig.Storage storage() {
    Duration interval = flags.time("backend-batch-interval");
    long limit = flags.number("backend-batch-limit");
    long compactionBatch = eitherNumber("compaction-batch-limit");
    Duration sleep = either("compaction-sleep-interval");
    boolean mlock = flags.isOn("memory-mlock") || flags.isOn("experimental-memory-mlock");
    return new MemberConfig.Storage(
        flags.number("quota-backend-bytes"),
        interval.isZero() ? Duration.ofMillis(100) : interval,
        limit == 0 ? 10_000 : (int) limit,
        mlock,
        flags.isOn("unsafe-no-fsync"),
        flags.number("max-snapshots"),
        flags.number("max-wals"),
        eitherNumber("bootstrap-defrag-threshold-megabytes"),
        compactionBatch == 0 ? 1_000 : (int) compactionBatch,
        sleep.isZero() ? Duration.ofMillis(10) : sleep);
  }

  private MemberConfig.Limits limits() {
    long request = flags.number("max-request-bytes");
    if (request > RECOMMENDED_REQUEST_BYTES) {
      warnings.add(
          new Warning(
              "exceeded recommended request limit",
              Map.of(
                  "max-request-bytes", request,
                  "recommended-request-bytes", RECOMMENDED_REQUEST_BYTES)));
    }
    return new MemberConfig.Limits(
        (int) Math.min(request, Integer.MAX_VALUE - MemberConfig.Limits.OVERHEAD_BYTES),
        (int) Math.min(flags.number("max-txn-ops"), Integer.MAX_VALUE),
        flags.number("max-concurrent-streams"),
        flags.time("grpc-keepalive-min-time"),
        flags.time("grpc-keepalive-interval"),
        flags.time("grpc-keepalive-timeout"));
  }

  private MemberConfig.Compaction compaction() {
    String mode = flags.text("auto-compaction-mode");
    String retention = flags.text("auto-compaction-retention");
    boolean byRevision =
        switch (mode) {
          case "periodic" -> false;
          case "revision" -> true;
          case "" -> throw new ConfigException("undefined auto-compaction-mode");
          default ->
              throw new ConfigException("unknown auto-compaction-mode " + GoQuote.quote(mode));
        };
    boolean plain = !retention.isEmpty() && retention.chars().allMatch(c -> c >= '0' && c <= '9');
    long number;
    Duration period;
    try {
      number = plain ? Long.parseLong(retention) : 0;
      period = plain ? Duration.ofHours(number) : GoDuration.parse(retention);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("error parsing CompactionRetention: " + e.getMessage());
    }
    return new MemberConfig.Compaction(
        byRevision, byRevision ? Duration.ZERO : period, plain ? number : period.toNanos());
  }

  private Duration watchProgress() {
    Duration interval = either("watch-progress-notify-interval");
    if (interval.isZero() || interval.isNegative()) {
      return Duration.ofMinutes(10);
    }
    return interval.compareTo(MIN_WATCH_PROGRESS) < 0 ? MIN_WATCH_PROGRESS : interval;
  }
}
