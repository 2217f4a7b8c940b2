package io.quorate.embed.flag;

import io.quorate.cli.FlagSet;
import io.quorate.cli.FlagValue;
import io.quorate.cli.GoValues;
import java.time.Duration;
import java.util.List;

/**
 * Every flag of etcd 3.6 with its type and default (spec/server.md 1.3 and 1.4). One thread, at
 * start.
 */
public final class ServerFlags {
  /** Still parsed, as booleans, and without effect in etcd itself. */
  private static final List<String> IGNORED =
      List.of(
          "cluster-active-size",
          "cluster-remove-delay",
          "cluster-sync-interval",
          "config",
          "force",
          "max-result-buffer",
          "max-retry-attempts",
          "peer-heartbeat-interval",
          "peer-election-timeout",
          "retry-interval",
          "snapshot",
          "v",
          "vv",
          "test.coverprofile",
          "test.outputdir");

  private final FlagSet flags = new FlagSet();

  public ServerFlags() {
    addMember();
    addClustering();
    addSecurity();
    addLogging();
    addExperimental();
    IGNORED.forEach(name -> flags.add(name, new GoValues.Ignored(name)));
  }

  public FlagSet set() {
    return flags;
  }

  /** The text of flag {@code name}, which must be one of text. */
  public String text(String name) {
    return value(name, GoValues.Text.class).value();
  }

  public boolean isOn(String name) {
    return value(name, GoValues.Flag.class).value();
  }

  public long number(String name) {
    return flags.flags().get(name) instanceof GoValues.Uint32 small
        ? small.value()
        : value(name, GoValues.Int.class).value();
  }

  public Duration time(String name) {
    return value(name, GoValues.Time.class).value();
  }

  public List<String> words(String name) {
    return value(name, GoValues.Words.class).value();
  }

  public List<String> urls(String name) {
    return value(name, UrlsValue.class).value();
  }

  public String choice(String name) {
    return value(name, GoValues.Choice.class).value();
  }

  /** {@code --cors}. */
  public List<String> origins() {
    return value("cors", OriginsValue.class).value();
  }

  /** {@code --feature-gates}. */
  public FeatureGates gates() {
    return value("feature-gates", FeatureGatesValue.class).gates();
  }

  /** Whether {@code --v2-deprecation} leaves out the search for content of version 2. */
  public boolean allowsV2Content() {
    return value("v2-deprecation", V2Deprecation.class).skipsCheck();
  }

  /** {@code --initial-cluster-state}. */
  public GoValues.Choice clusterState() {
    return value("initial-cluster-state", GoValues.Choice.class);
  }

  private <V extends FlagValue> V value(String name, Class<V> kind) {
    FlagValue value = flags.flags().get(name);
    if (!kind.isInstance(value)) {
      throw new AssertionError("no such flag of that kind: " + name);
    }
    return kind.cast(value);
  }

  private void text(String name, String initial) {
    flags.add(name, new GoValues.Text(initial));
  }

  private void flag(String name, boolean initial) {
    flags.add(name, new GoValues.Flag(initial));
  }

  private void unsigned(String name, long initial) {
    flags.add(name, GoValues.Int.unsigned(initial));
  }

  private void signed(String name, long initial) {
    flags.add(name, GoValues.Int.signed(initial));
  }

  private void time(String name, long initialMillis) {
    flags.add(name, new GoValues.Time(Duration.ofMillis(initialMillis)));
  }

  private void addMember() {
    text("name", "default");
    text("data-dir", "");
    text("wal-dir", "");
    unsigned("snapshot-count", 10000);
    unsigned("snapshot-catchup-entries", 5000);
    unsigned("max-snapshots", 5);
    unsigned("max-wals", 5);
    unsigned("heartbeat-interval", 100);
    unsigned("election-timeout", 1000);
    flag("initial-election-tick-advance", true);
    flags.add("listen-peer-urls", new UrlsValue("http://localhost:2380"));
    flags.add("listen-client-urls", new UrlsValue("http://localhost:2379"));
    flags.add("listen-client-http-urls", new UrlsValue(""));
    flags.add("listen-metrics-urls", new UrlsValue(""));
    signed("quota-backend-bytes", 0);
    text("backend-bbolt-freelist-type", "");
    time("backend-batch-interval", 0);
    signed("backend-batch-limit", 0);
    unsigned("bootstrap-defrag-threshold-megabytes", 0);
    unsigned("max-txn-ops", 128);
    unsigned("max-request-bytes", 1572864);
    flags.add("max-concurrent-streams", new GoValues.Uint32(4294967295L));
    time("grpc-keepalive-min-time", 5000);
    time("grpc-keepalive-interval", 7200000);
    time("grpc-keepalive-timeout", 20000);
    flag("socket-reuse-port", false);
    flag("socket-reuse-address", false);
    time("raft-read-timeout", 5000);
    time("raft-write-timeout", 5000);
    flag("memory-mlock", false);
    flag("enable-grpc-gateway", true);
    signed("max-learners", 1);
    flags.add("feature-gates", new FeatureGatesValue());
    time("corrupt-check-time", 0);
    time("compact-hash-check-time", 60000);
    signed("compaction-batch-limit", 0);
    time("compaction-sleep-interval", 0);
    time("watch-progress-notify-interval", 0);
    time("warning-apply-duration", 100);
    time("warning-unary-request-duration", 0);
    time("downgrade-check-time", 5000);
    flag("strict-reconfig-check", true);
    flag("pre-vote", true);
    flag("force-new-cluster", false);
    flag("unsafe-no-fsync", false);
    text("config-file", "");
    flag("version", false);
  }

  private void addClustering() {
    flags.add("initial-advertise-peer-urls", new UrlsValue("http://localhost:2380"));
    flags.add("advertise-client-urls", new UrlsValue("http://localhost:2379"));
    text("initial-cluster", "default=http://localhost:2380");
    flags.add("initial-cluster-state", new GoValues.Choice("new", "existing"));
    text("initial-cluster-token", "etcd-cluster");
    text("discovery", "");
    text("discovery-proxy", "");
    flags.add("discovery-fallback", new GoValues.Choice("exit", "proxy"));
    flags.add("discovery-endpoints", new GoValues.Words(true, ""));
    text("discovery-token", "");
    time("discovery-dial-timeout", 2000);
    time("discovery-request-timeout", 5000);
    time("discovery-keepalive-time", 2000);
    time("discovery-keepalive-timeout", 6000);
    flag("discovery-insecure-transport", true);
    flag("discovery-insecure-skip-tls-verify", false);
    text("discovery-cert", "");
    text("discovery-key", "");
    text("discovery-cacert", "");
    text("discovery-user", "");
    text("discovery-password", "");
    text("discovery-srv", "");
    text("discovery-srv-name", "");
    text("auto-compaction-mode", "periodic");
    text("auto-compaction-retention", "0");
    flags.add("v2-deprecation", new V2Deprecation());
  }

  private void addSecurity() {
    text("cert-file", "");
    text("key-file", "");
    text("client-cert-file", "");
    text("client-key-file", "");
    text("trusted-ca-file", "");
    flag("client-cert-auth", false);
    text("client-crl-file", "");
    flags.add("client-cert-allowed-hostname", new GoValues.Words(false, ""));
    flag("auto-tls", false);
    text("peer-cert-file", "");
    text("peer-key-file", "");
    text("peer-client-cert-file", "");
    text("peer-client-key-file", "");
    text("peer-trusted-ca-file", "");
    flag("peer-client-cert-auth", false);
    text("peer-crl-file", "");
    flags.add("peer-cert-allowed-hostname", new GoValues.Words(false, ""));
    flags.add("peer-cert-allowed-cn", new GoValues.Words(false, ""));
    flag("peer-auto-tls", false);
    flag("peer-skip-client-san-verification", false);
    unsigned("self-signed-cert-validity", 1);
    flags.add("cipher-suites", new GoValues.Words(false, ""));
    text("tls-min-version", "TLS1.2");
    text("tls-max-version", "");
    flags.add("cors", new OriginsValue());
    flags.add("host-whitelist", new GoValues.Words(true, "*"));
    text("auth-token", "simple");
    unsigned("auth-token-ttl", 300);
    unsigned("bcrypt-cost", 10);
  }

  private void addLogging() {
    text("logger", "zap");
    flags.add("log-outputs", new GoValues.Words(true, "default"));
    text("log-level", "info");
    text("log-format", "json");
    flag("enable-log-rotation", false);
    text(
        "log-rotation-config-json",
        "{\"maxsize\": 100, \"maxage\": 0, \"maxbackups\": 0, \"localtime\": false, \"compress\":"
            + " false}");
    flag("enable-pprof", false);
    text("metrics", "basic");
    flag("enable-distributed-tracing", false);
    text("distributed-tracing-address", "localhost:4317");
    text("distributed-tracing-service-name", "etcd");
    text("distributed-tracing-instance-id", "");
    signed("distributed-tracing-sampling-rate", 0);
  }

  private void addExperimental() {
    time("experimental-compact-hash-check-time", 60000);
    time("experimental-corrupt-check-time", 0);
    signed("experimental-compaction-batch-limit", 0);
    time("experimental-compaction-sleep-interval", 0);
    time("experimental-watch-progress-notify-interval", 0);
    time("experimental-warning-apply-duration", 0);
    time("experimental-warning-unary-request-duration", 0);
    unsigned("experimental-bootstrap-defrag-threshold-megabytes", 0);
    flag("experimental-memory-mlock", false);
    unsigned("experimental-snapshot-catchup-entries", 5000);
    time("experimental-downgrade-check-time", 5000);
    flag("experimental-peer-skip-client-san-verification", false);
    flag("experimental-enable-distributed-tracing", false);
    text("experimental-distributed-tracing-address", "localhost:4317");
    text("experimental-distributed-tracing-service-name", "etcd");
    text("experimental-distributed-tracing-instance-id", "");
    signed("experimental-distributed-tracing-sampling-rate", 0);
    flag("experimental-stop-grpc-service-on-defrag", false);
    flag("experimental-initial-corrupt-check", false);
    flag("experimental-compact-hash-check-enabled", false);
    flag("experimental-txn-mode-write-with-shared-buffer", true);
    flag("experimental-enable-lease-checkpoint", false);
    flag("experimental-enable-lease-checkpoint-persist", false);
  }
}
