package io.quorate.embed.config;

import io.quorate.cli.GoValues;
import io.quorate.embed.flag.FeatureGates;
import io.quorate.embed.flag.FeatureGates.Gate;
import io.quorate.embed.flag.LaterFlags;
import io.quorate.embed.flag.ServerFlags;
import io.quorate.gotext.GoDuration;
import io.quorate.gotext.GoQuote;
import io.quorate.server.auth.SimpleTokens;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * From flags to a {@link MemberConfig}, in the order in which etcd checks them (spec/server.md
 * 1.6): first what needs no log, then, with the log open, the rest. The first error ends it.
 */
public final class ConfigReader {
  private static final long MAX_ELECTION_MILLIS = 50_000;
  private static final int HEARTBEATS_PER_ELECTION = 5;
  private static final int MAX_SAMPLES_PER_MILLION = 1_000_000;
  private static final Duration MIN_WATCH_PROGRESS = Duration.ofMillis(100);
  private static final Duration MIN_RAFT_TIMEOUT = Duration.ofSeconds(5);

  /** What is not positive is no limit at all. */
  private static final Duration NO_RAFT_TIMEOUT = Duration.ofDays(365);

  private static final String DEFAULT_NAME = "default";

  /** Where the flags' values come from. */
  public enum Source {
    /** The command line and the environment. */
    FLAGS,
    /** {@code --config-file}, which stands for all of them. */
    FILE
  }

  /** A warning for the log: message and fields. */
  public record Warning(String message, Map<String, Object> fields) {
    static Warning of(String message) {
      return new Warning(message, Map.of());
    }
  }

  private final ServerFlags flags;
  private final Source source;
  private final Consumer<Warning> warnings;

  private ConfigReader(ServerFlags flags, Source source, Consumer<Warning> warnings) {
    this.flags = flags;
    this.source = source;
    this.warnings = warnings;
  }

  /**
   * Checks what etcd checks before it opens its log.
   *
   * @throws ConfigException with etcd's text
   */
  public static void checkBeforeLog(ServerFlags flags, Source source) {
    FlagConflicts.gates(flags);
    if (source == Source.FLAGS && flags.choice("discovery-fallback").equals("proxy")) {
      throw new ConfigException(
          "v2 proxy is deprecated, and --discovery-fallback can't be configured as \"proxy\"");
    }
    FlagConflicts.check(flags);
  }

  /** What the log says about timeouts that are shorter than {@code flags} may make them. */
  public static List<String> raised(ServerFlags flags) {
    return ConfigFile.COMMAND_LINE_ONLY.stream()
        .filter(name -> flags.time(name).compareTo(MIN_RAFT_TIMEOUT) < 0)
        .map(name -> name + " increased to minimum value: " + GoDuration.format(MIN_RAFT_TIMEOUT))
        .toList();
  }

  /** What the log says about deprecated flags that are given. */
  public static List<Warning> deprecations(ServerFlags flags) {
    return FlagConflicts.deprecations(flags).stream().map(Warning::of).toList();
  }

  /**
   * Checks all the rest.
   *
   * @param warnings told at once of what the log should say
   * @throws ConfigException with etcd's text
   */
  public static MemberConfig read(ServerFlags flags, Source source, Consumer<Warning> warnings) {
    var reader = new ConfigReader(flags, source, warnings);
    try {
      return reader.read();
    } finally {
      // Last of all in etcd, and then instead of any other error.
      FlagConflicts.checkUnary(flags);
    }
  }

  private MemberConfig read() {
    MemberConfig.Listen listen = listen();
    UrlChecks.advertised("initial-advertise-peer-urls", flags.urls("initial-advertise-peer-urls"));
    UrlChecks.advertised("advertise-client-urls", flags.urls("advertise-client-urls"));
    GoValues.Choice state = flags.clusterState();
    if (!state.isChosen()) {
      throw new ConfigException("unexpected clusterState " + GoQuote.quote(state.value()));
    }
    DiscoveryChecks.check(flags);
    MemberConfig.Raft raft = raft();
    if (source == Source.FLAGS
        && flags.set().isGiven("listen-client-urls")
        && !flags.set().isGiven("advertise-client-urls")) {
      throw new ConfigException(
          "--advertise-client-urls is required when --listen-client-urls is set explicitly");
    }
    Compaction compaction = compaction();
    checkTracing();
    FeatureGates gates = gates();
    checkCompactHashTime();
    String name = flags.text("name");
    if (name.equals(DEFAULT_NAME)) {
      warnings.accept(
          new Warning(
              "it isn't recommended to use default name, please set a value for --name. Note that"
                  + " etcd might run into issue when multiple members have the same default name",
              Map.of("name", name)));
    }
    checkTls();
    refuseWhatComesLater();
    return assemble(name, gates, listen, raft, compaction);
  }

  private MemberConfig.Listen listen() {
    UrlChecks.bindable(flags.urls("listen-peer-urls"));
    UrlChecks.bindable(flags.urls("listen-client-urls"));
    UrlChecks.bindable(flags.urls("listen-client-http-urls"));
    if (flags.urls("listen-client-http-urls").isEmpty()) {
      warnings.accept(
          Warning.of(
              "Running http and grpc server on single port. This is not recommended for"
                  + " production."));
    }
    UrlChecks.bindable(flags.urls("listen-metrics-urls"));
    return new MemberConfig.Listen(
        flags.urls("listen-peer-urls"),
        flags.urls("listen-client-urls"),
        flags.urls("listen-client-http-urls"),
        flags.urls("listen-metrics-urls"),
        flags.origins(),
        flags.words("host-whitelist"),
        flags.isOn("enable-grpc-gateway"),
        flags.isOn("socket-reuse-port"),
        flags.isOn("socket-reuse-address"));
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
    if (Long.compareUnsigned(heartbeat, Long.divideUnsigned(election, HEARTBEATS_PER_ELECTION))
        > 0) {
      throw new ConfigException(
          "--election-timeout[%sms] should be at least as 5 times as --heartbeat-interval[%sms]"
              .formatted(Long.toUnsignedString(election), Long.toUnsignedString(heartbeat)));
    }
    if (Long.compareUnsigned(election, MAX_ELECTION_MILLIS) > 0) {
      throw new ConfigException(
          "--election-timeout[%sms] is too long, and should be set less than %dms"
              .formatted(Long.toUnsignedString(election), MAX_ELECTION_MILLIS));
    }
    return new MemberConfig.Raft(
        Duration.ofMillis(heartbeat),
        Duration.ofMillis(election),
        flags.isOn("pre-vote"),
        flags.isOn("initial-election-tick-advance"),
        flags.number("snapshot-count"),
        eitherNumber("snapshot-catchup-entries"),
        raftTimeout("raft-read-timeout"),
        raftTimeout("raft-write-timeout"));
  }

  private Duration raftTimeout(String name) {
    Duration time = flags.time(name);
    if (source == Source.FLAGS) {
      return time.compareTo(MIN_RAFT_TIMEOUT) < 0 ? MIN_RAFT_TIMEOUT : time;
    }
    return time.isPositive() ? time : NO_RAFT_TIMEOUT;
  }

  private Compaction compaction() {
    String mode = flags.text("auto-compaction-mode");
    boolean byRevision =
        switch (mode) {
          case "periodic" -> false;
          case "revision" -> true;
          case "" -> throw new ConfigException("undefined auto-compaction-mode");
          default ->
              throw new ConfigException("unknown auto-compaction-mode " + GoQuote.quote(mode));
        };
    return new Compaction(byRevision, flags.text("auto-compaction-retention"));
  }

  private void checkTracing() {
    boolean old = flags.isOn("experimental-enable-distributed-tracing");
    if (!old && !flags.isOn("enable-distributed-tracing")) {
      return;
    }
    long rate = eitherNumber("distributed-tracing-sampling-rate");
    String problem =
        rate < 0
            ? "tracing sampling rate must be positive"
            : rate > MAX_SAMPLES_PER_MILLION
                ? "tracing sampling rate must be less than " + MAX_SAMPLES_PER_MILLION
                : "";
    if (!problem.isEmpty()) {
      throw new ConfigException(
          "distributed tracing configurition is not valid: (" + problem + ")");
    }
  }

  private FeatureGates gates() {
    FeatureGates gates = FlagConflicts.gates(flags);
    boolean checkpoint = gates.isOn(Gate.LEASE_CHECKPOINT);
    boolean persist = gates.isOn(Gate.LEASE_CHECKPOINT_PERSIST);
    if (persist && !checkpoint) {
      throw new ConfigException(
          "enabling feature gate LeaseCheckpointPersist requires enabling feature gate"
              + " LeaseCheckpoint");
    }
    if (checkpoint && !persist) {
      warnings.accept(
          Warning.of(
              "Detected that checkpointing is enabled without persistence. Consider enabling"
                  + " feature gate LeaseCheckpointPersist"));
    }
    return gates;
  }

  private void checkCompactHashTime() {
    for (String flag : List.of("experimental-compact-hash-check-time", "compact-hash-check-time")) {
      Duration time = flags.time(flag);
      if (!time.isPositive()) {
        throw new ConfigException(
            "--" + flag + " must be >0 (set to " + GoDuration.format(time) + ")");
      }
    }
  }

  private void checkTls() {
    String min = flags.text("tls-min-version");
    String max = flags.text("tls-max-version");
    for (String version : List.of(min, max)) {
      if (!version.isEmpty() && !version.equals("TLS1.2") && !version.equals("TLS1.3")) {
        throw new ConfigException(
            "unexpected TLS version "
                + GoQuote.quote(version)
                + " (must be one of: TLS1.2, TLS1.3)");
      }
    }
    if (!max.isEmpty() && min.compareTo(max) > 0) {
      throw new ConfigException(
          "min version (" + min + ") is greater than max version (" + max + ")");
    }
    if (min.equals("TLS1.3") && !flags.words("cipher-suites").isEmpty()) {
      throw new ConfigException("cipher suites cannot be configured when only TLS1.3 is enabled");
    }
  }

  /** What etcd has and we do not, by name, before anything is touched. */
  private void refuseWhatComesLater() {
    LaterFlags.REFUSED.forEach((flag, subject) -> {
      String text = flags.set().text(flag);
      if (flags.set().isGiven(flag) && !text.isEmpty() && !text.equals("false")) {
        throw new ConfigException(
            "--" + flag + " is not supported by this version of Quorate yet (" + subject + ")");
      }
    });
    if (flags.text("auth-token").split(",", 2)[0].equals("jwt")) {
      throw new ConfigException(
          "--auth-token=jwt is not supported by this version of Quorate yet (security)");
    }
  }

  private MemberConfig assemble(
      String name,
      FeatureGates gates,
      MemberConfig.Listen listen,
      MemberConfig.Raft raft,
      Compaction compaction) {
    String dataDir = flags.text("data-dir");
    String walDir = flags.text("wal-dir");
    Path data = Path.of(dataDir.isEmpty() ? name + ".etcd" : dataDir);
    Duration unary = FlagConflicts.unary(flags);
    return new MemberConfig(
        name,
        data,
        walDir.isEmpty() ? data.resolve("member").resolve("wal").normalize() : Path.of(walDir),
        walDir,
        cluster(),
        listen,
        raft,
        storage(),
        limits(),
        compaction,
        auth(),
        gates,
        watchProgress(),
        new MemberConfig.Checks(
            either("corrupt-check-time"),
            either("compact-hash-check-time"),
            either("downgrade-check-time")),
        discovery(),
        either("warning-apply-duration"),
        unary.isZero() ? Duration.ofMillis(300) : unary,
        flags.text("metrics").equals("extensive"),
        flags.isOn("enable-pprof") || flags.text("log-level").equalsIgnoreCase("debug"));
  }

  private MemberConfig.Auth auth() {
    long ttl = flags.number("auth-token-ttl");
    return new MemberConfig.Auth(
        flags.text("auth-token"),
        ttl == 0 ? SimpleTokens.DEFAULT_TTL : Duration.ofSeconds(Math.min(ttl, Integer.MAX_VALUE)),
        flags.number("bcrypt-cost"));
  }

  private MemberConfig.Cluster cluster() {
    return new MemberConfig.Cluster(
        flags.text("initial-cluster"),
        flags.clusterState().value().equals("new"),
        flags.text("initial-cluster-token"),
        flags.urls("initial-advertise-peer-urls"),
        flags.urls("advertise-client-urls"),
        flags.isOn("force-new-cluster"),
        clamped(flags.number("max-learners")),
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
        limit == 0 ? 10_000 : clamped(limit),
        mlock,
        flags.isOn("unsafe-no-fsync"),
        flags.number("max-snapshots"),
        flags.number("max-wals"),
        eitherNumber("bootstrap-defrag-threshold-megabytes"),
        compactionBatch == 0 ? 1_000 : clamped(compactionBatch),
        sleep.isZero() ? Duration.ofMillis(10) : sleep,
        flags.allowsV2Content());
  }

  private static int clamped(long number) {
    return Math.clamp(number, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  private MemberConfig.Limits limits() {
    return new MemberConfig.Limits(
        flags.number("max-request-bytes"),
        (int) Math.min(flags.number("max-txn-ops"), Integer.MAX_VALUE),
        flags.number("max-concurrent-streams"),
        flags.time("grpc-keepalive-min-time"),
        flags.time("grpc-keepalive-interval"),
        flags.time("grpc-keepalive-timeout"));
  }

  private MemberConfig.Discovery discovery() {
    return new MemberConfig.Discovery(
        flags.text("discovery"),
        flags.text("discovery-proxy"),
        flags.text("discovery-token"),
        flags.words("discovery-endpoints"),
        flags.time("discovery-dial-timeout"),
        flags.time("discovery-request-timeout"),
        flags.time("discovery-keepalive-time"),
        flags.time("discovery-keepalive-timeout"),
        flags.isOn("discovery-insecure-transport"),
        flags.isOn("discovery-insecure-skip-tls-verify"),
        flags.text("discovery-cert"),
        flags.text("discovery-key"),
        flags.text("discovery-cacert"),
        flags.text("discovery-user"));
  }

  private Duration watchProgress() {
    Duration interval = either("watch-progress-notify-interval");
    if (!interval.isPositive()) {
      return Duration.ofMinutes(10);
    }
    return interval.compareTo(MIN_WATCH_PROGRESS) < 0 ? MIN_WATCH_PROGRESS : interval;
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
}
