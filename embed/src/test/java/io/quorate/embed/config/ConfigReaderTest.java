package io.quorate.embed.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.embed.config.ConfigReader.Source;
import io.quorate.embed.flag.Environment;
import io.quorate.embed.flag.FeatureGates;
import io.quorate.embed.flag.ServerFlags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
  private final List<String> warnings = new ArrayList<>();
  private final List<Environment.Remark> remarks = new ArrayList<>();

  private MemberConfig read(String... arguments) {
    var flags = new ServerFlags();
    flags.set().parse(List.of(arguments));
    return read(flags, Source.FLAGS);
  }

  private MemberConfig read(ServerFlags flags, Source source) {
    ConfigReader.checkBeforeLog(flags, source);
    MemberConfig config =
        ConfigReader.read(flags, source, warning -> warnings.add(warning.message()));
    return DefaultHost.apply(config).config();
  }

  @Test
  void zeroStandsForTheEffectiveDefault() {
    MemberConfig config = read("--snapshot-count", "0", "--name", "s1");
    assertThat(config.raft().snapshotCount()).isZero();
    assertThat(config.raft().entriesPerSnapshot()).isEqualTo(10_000);
    assertThat(config.storage().batchInterval()).isEqualTo(Duration.ofMillis(100));
    assertThat(config.storage().batchLimit()).isEqualTo(10_000);
    assertThat(config.dataDir()).hasToString("s1.etcd");
    assertThat(config.cluster().initialCluster()).isEqualTo("s1=http://localhost:2380");
    assertThat(config.limits().maxMessageBytes()).isEqualTo(2_097_152);
    assertThat(config.raft().requestTimeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(config.warningUnaryRequest()).isEqualTo(Duration.ofMillis(300));
  }

  @ParameterizedTest
  @CsvSource({
    "FLAGS, 1s, PT5S, raft-read-timeout increased to minimum value: 5s",
    "FLAGS, -1s, PT5S, raft-read-timeout increased to minimum value: 5s",
    "FLAGS, 0, PT5S, raft-read-timeout increased to minimum value: 5s",
    "FLAGS, 6s, PT6S,",
    // Beside a file nothing is raised, and what is not positive limits nothing.
    "FILE, 1s, PT1S, raft-read-timeout increased to minimum value: 5s",
    "FILE, -1s, PT8760H, raft-read-timeout increased to minimum value: 5s",
    "FILE, 0, PT8760H, raft-read-timeout increased to minimum value: 5s"
  })
  void peersHaveFiveSecondsAtLeast(Source source, String given, Duration taken, String said) {
    var flags = new ServerFlags();
    flags.set().parse(List.of("--raft-read-timeout=" + given));
    assertThat(read(flags, source).raft().readTimeout()).isEqualTo(taken);
    assertThat(ConfigReader.raised(flags)).isEqualTo(said == null ? List.of() : List.of(said));
  }

  @ParameterizedTest
  @CsvSource({
    "4294967295, 2147483647",
    "18446744073709551615, 2147483647",
    "4294967296, 2147483647",
    "0, 0",
    "5, 5"
  })
  void filesToKeepAreAsManyAsCanBeCounted(String given, int kept) {
    MemberConfig.Storage storage =
        read("--max-snapshots=" + given, "--max-wals=" + given).storage();
    assertThat(storage.snapshotsKept()).isEqualTo(kept);
    assertThat(storage.walsKept()).isEqualTo(kept);
  }

  @Test
  void batchesAreAsLargeAsCanBeCounted() {
    MemberConfig.Storage storage =
        read("--backend-batch-limit=4294967296", "--compaction-batch-limit=4294967296").storage();
    assertThat(storage.batchLimit()).isEqualTo(Integer.MAX_VALUE);
    assertThat(storage.compactionBatchLimit()).isEqualTo(Integer.MAX_VALUE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--discovery-fallback=proxy | v2 proxy is deprecated, and --discovery-fallback can't be"
            + " configured as \"proxy\"",
        "--heartbeat-interval=0 | --heartbeat-interval must be >0 (set to 0ms)",
        "--election-timeout=0 | --election-timeout must be >0 (set to 0ms)",
        "--election-timeout=400 | --election-timeout[400ms] should be at least as 5 times as"
            + " --heartbeat-interval[100ms]",
        "--election-timeout=60000 | --election-timeout[60000ms] is too long, and should be set less"
            + " than 50000ms",
        "--auto-compaction-mode= | undefined auto-compaction-mode",
        "--auto-compaction-mode=x | unknown auto-compaction-mode \"x\"",
        "--compact-hash-check-time=0 | --compact-hash-check-time must be >0 (set to 0s)",
        "--experimental-compact-hash-check-time=0 | --experimental-compact-hash-check-time must be"
            + " >0 (set to 0s)",
        "--feature-gates=LeaseCheckpointPersist=true | enabling feature gate"
            + " LeaseCheckpointPersist requires enabling feature gate LeaseCheckpoint",
        "--listen-client-urls=http://127.0.0.1:2379 | --advertise-client-urls is required when"
            + " --listen-client-urls is set explicitly",
        "--listen-peer-urls=http://foo.com:1234 | expected IP in URL for binding"
            + " (http://foo.com:1234)",
        "--listen-peer-urls=http://:40379 | expected IP in URL for binding (http://:40379)",
        "--listen-client-urls=http://:40379 | expected IP in URL for binding (http://:40379)",
        "--listen-client-http-urls=http://:40379 | expected IP in URL for binding (http://:40379)",
        "--listen-metrics-urls=http://:40379 | expected IP in URL for binding (http://:40379)",
        "--listen-client-urls=http://[::1%25lo]:1 | expected IP in URL for binding"
            + " (http://[::1%25lo]:1)",
        "--listen-client-urls=http://256.0.0.1:1 | expected IP in URL for binding"
            + " (http://256.0.0.1:1)",
        "--advertise-client-urls=unix:///tmp/s.sock | --advertise-client-urls"
            + " \"unix:///tmp/s.sock\" must be \"host:port\" (missing port in address)",
        "--initial-advertise-peer-urls=unix://a | --initial-advertise-peer-urls \"unix://a\" must"
            + " be \"host:port\" (address a: missing port in address)",
        "--advertise-client-urls=unix://:1 | --advertise-client-urls \"unix://:1\" must be"
            + " \"host:port\" (unexpected empty host (unix://:1))",
        "--heartbeat-interval=18446744073709551615 | --election-timeout[1000ms] should be at least"
            + " as 5 times as --heartbeat-interval[18446744073709551615ms]",
        "--heartbeat-interval=3689348814741910324 | --election-timeout[1000ms] should be at least"
            + " as 5 times as --heartbeat-interval[3689348814741910324ms]",
        "--election-timeout=18446744073709551615 | --election-timeout[18446744073709551615ms] is"
            + " too long, and should be set less than 50000ms",
        "--listen-metrics-urls=http://foo.com:1 | expected IP in URL for binding"
            + " (http://foo.com:1)",
        "--initial-advertise-peer-urls=http://a:1,http://:2 | --initial-advertise-peer-urls"
            + " \"http://:2,http://a:1\" must be \"host:port\" (unexpected empty host"
            + " (http://:2))",
        "--discovery-token=x | both --discovery-token and --discovery-endpoints must be set",
        "--tls-min-version=x | unexpected TLS version \"x\" (must be one of: TLS1.2, TLS1.3)"
      })
  void refusesInEtcdsWords(String argument, String message) {
    assertThatThrownBy(() -> read(argument))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--feature-gates=StopGRPCServiceOnDefrag=true |"
            + " --experimental-stop-grpc-service-on-defrag | cannot specify both flags:"
            + " --experimental-stop-grpc-service-on-defrag=true and"
            + " --feature-gates=StopGRPCServiceOnDefrag=true at the same time, please just use"
            + " --feature-gates=StopGRPCServiceOnDefrag=true",
        "--feature-gates=LeaseCheckpointPersist=true | --experimental-enable-lease-checkpoint |"
            + " cannot specify both flags: --experimental-enable-lease-checkpoint=true and"
            + " --feature-gates=LeaseCheckpoint=false at the same time, please just use"
            + " --feature-gates=LeaseCheckpoint=false",
        "--corrupt-check-time=1m | --experimental-corrupt-check-time=1m | cannot set"
            + " --experimental-corrupt-check-time and --corrupt-check-time at the same time, please"
            + " use --corrupt-check-time only",
        "--warning-unary-request-duration=1s | --experimental-warning-unary-request-duration=1s |"
            + " both --experimental-warning-unary-request-duration and"
            + " --warning-unary-request-duration flags are set. Use only"
            + " --warning-unary-request-duration",
        "--discovery=http://x | --discovery-srv=y | multiple discovery or bootstrap flags are set."
            + " Choose one of \"initial-cluster\", \"discovery\", \"discovery-endpoints\" or"
            + " \"discovery-srv\"",
        "--tls-min-version=TLS1.3 | --tls-max-version=TLS1.2 | min version (TLS1.3) is greater than"
            + " max version (TLS1.2)",
        "--tls-min-version=TLS1.3 | --cipher-suites=x | cipher suites cannot be configured when"
            + " only TLS1.3 is enabled",
        "--enable-distributed-tracing | --distributed-tracing-sampling-rate=-1 | distributed"
            + " tracing configurition is not valid: (tracing sampling rate must be positive)",
        // The pair for slow requests is checked last, and said instead of anything else.
        "--warning-unary-request-duration=1s |"
            + " --experimental-warning-unary-request-duration=1s | both"
            + " --experimental-warning-unary-request-duration and --warning-unary-request-duration"
            + " flags are set. Use only --warning-unary-request-duration"
      })
  void refusesWhatContradictsItself(String one, String other, String message) {
    assertThatThrownBy(() -> read(one, other))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @Test
  void countsAreShownAsGivenAndReachAsFarAsTheyCan() {
    MemberConfig config =
        read("--snapshot-count=18446744073709551615", "--max-request-bytes=4294967295");
    assertThat(config.raft().snapshotCount()).isEqualTo(-1);
    assertThat(config.raft().entriesPerSnapshot()).isEqualTo(Long.MAX_VALUE);
    assertThat(config.limits().maxRequestBytes()).isEqualTo(4_294_967_295L);
    assertThat(config.limits().maxMessageBytes()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void anElectionTimeoutIsOfWholeHeartbeats() {
    assertThat(read("--heartbeat-interval=300", "--election-timeout=1700").raft().electionTimeout())
        .isEqualTo(Duration.ofMillis(1500));
  }

  @Test
  void ofTheTwoDurationsForUnaryRequestsTheOneThatIsNotZeroCounts() {
    String old = "--experimental-warning-unary-request-duration=";
    assertThat(read(old + "0", "--warning-unary-request-duration=1s").warningUnaryRequest())
        .isEqualTo(Duration.ofSeconds(1));
    assertThat(read(old + "2s").warningUnaryRequest()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void anEmptyVersionVariableIsAnyOther() {
    Environment.apply(new ServerFlags().set(), Map.of("ETCD_VERSION", ""), remarks::add);
    assertThat(remarks)
        .extracting(Environment.Remark::message)
        .containsExactly("unrecognized environment variable");
  }

  @Test
  void anEmptyWhitelistNamesNobody() {
    assertThat(read("--host-whitelist=").listen().hostWhitelist()).containsExactly("");
    assertThat(read().listen().hostWhitelist()).containsExactly("*");
  }

  @Test
  void foldersBelowTheDataDirectoryHaveTheirShortestPath() {
    MemberConfig config = read("--data-dir=./d/../e");
    assertThat(config.dataDir()).hasToString("./d/../e");
    assertThat(config.memberDir()).hasToString("e/member");
    assertThat(config.walDir()).hasToString("e/member/wal");
    assertThat(config.snapDir()).hasToString("e/member/snap");
  }

  @Test
  void theFirstErrorInEtcdsOrderIsTheOneThatIsSaid() {
    assertThatThrownBy(() -> read("--auto-compaction-mode=x", "--heartbeat-interval=0"))
        .hasMessageStartingWith("--heartbeat-interval");
    assertThatThrownBy(() -> read("--heartbeat-interval=0", "--listen-peer-urls=http://foo.com:1"))
        .hasMessageStartingWith("expected IP");
    assertThatThrownBy(() -> read("--tls-min-version=x", "--cert-file=y"))
        .hasMessageStartingWith("unexpected TLS version");
  }

  @Test
  void warnsOfWhatIsNotRecommended() {
    read("--feature-gates=LeaseCheckpoint=true");
    assertThat(warnings)
        .satisfiesExactly(
            http -> assertThat(http).startsWith("Running http and grpc server on single port."),
            gate -> assertThat(gate).startsWith("Detected that checkpointing is enabled"),
            name -> assertThat(name).startsWith("it isn't recommended to use default name"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--max-snapshots=3 | --max-snapshots is deprecated in 3.6 and will be decommissioned in"
            + " 3.8.",
        "--experimental-compact-hash-check-time=1m | --experimental-compact-hash-check-time is"
            + " deprecated in 3.6 and will be decommissioned in 3.7. Use"
            + " '--compact-hash-check-time' instead.",
        "--experimental-compaction-sleep-interval=1s | --experimental-compaction-sleep-interval is"
            + " deprecated in v3.6 and will be decommissioned in v3.7. Use"
            + " 'compaction-sleep-interval' instead.",
        "--experimental-distributed-tracing-address=a | --experimental-distributed-tracing-address"
            + " is deprecated in 3.6 and will be decommissioned in 3.7. Use"
            + " --distributed-tracing-address instead.",
        "--experimental-txn-mode-write-with-shared-buffer |"
            + " --experimental-txn-mode-write-with-shared-buffer is deprecated in v3.6 and will be"
            + " decommissioned in v3.7. Use '--feature-gates=TxnModeWriteWithSharedBuffer=true'"
            + " instead.",
        "--experimental-warning-unary-request-duration=1s |"
            + " --experimental-warning-unary-request-duration is deprecated, and will be"
            + " decommissioned in v3.7. Use --warning-unary-request-duration instead.",
        "--experimental-warning-unary-request-duration=0 |",
        "--experimental-initial-corrupt-check |"
      })
  void saysWhatIsDeprecated(String argument, String message) {
    var flags = new ServerFlags();
    flags.set().parse(List.of(argument));
    assertThat(ConfigReader.deprecations(flags))
        .extracting(ConfigReader.Warning::message)
        .isEqualTo(message == null ? List.of() : List.of(message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "periodic | 0 | 0s | true",
        "periodic | 1 | 1h | false",
        "periodic | 5m | 5m | false",
        "revision | 1000 | 1000ns | false",
        "revision | 0 | 0 | true",
        "periodic | '' | 0 | true",
        "revision | '' | 0 | true",
        // Go's integers wrap; what is before now compacts nothing.
        "periodic | 9223372036854775807 | -1h | true",
        "revision | 9223372036854775807 | 9223372036854775807ns | false"
      })
  void aPlainRetentionIsHoursOrRevisions(
      String mode, String retention, String asDuration, boolean off) {
    Compaction.Retention parsed = new Compaction(mode.equals("revision"), retention).parsed();
    assertThat(parsed.asDuration()).isEqualTo(io.quorate.gotext.GoDuration.parse(asDuration));
    assertThat(parsed.isOff()).isEqualTo(off);
  }

  @ParameterizedTest
  @CsvSource({"periodic, x", "periodic, 99999999999999999999", "revision, 99999999999999999999"})
  void aBadRetentionIsHeardAtStart(String mode, String retention) {
    MemberConfig config =
        read("--auto-compaction-mode=" + mode, "--auto-compaction-retention=" + retention);
    assertThatThrownBy(() -> config.compaction().parsed())
        .hasMessage(
            "error parsing CompactionRetention: time: invalid duration \"" + retention + "\"");
  }

  @Test
  void aFlagAndItsVariableTogetherAreAConflict() {
    var flags = new ServerFlags();
    flags.set().parse(List.of("--name=a"));
    assertThatThrownBy(() ->
            Environment.apply(
                flags.set(), Map.of("ETCD_NAME", "a", "ETCD_DATA_DIR", "d"), remarks::add))
        .isInstanceOf(Environment.Shadowed.class)
        .hasMessageStartingWith("conflicting environment variable is shadowed");
    assertThat(remarks).as("flags go by their names").hasSize(1);
  }

  @Test
  void variablesSetFlagsAndUnknownOnesAreNamed() {
    var flags = new ServerFlags();
    Environment.apply(
        flags.set(),
        Map.of(
            "ETCD_SNAPSHOT_COUNT", "7",
            "ETCD_NO_SUCH", "x",
            "ETCD_MAX_WALS", "",
            "ETCD_VERSION", "3.6",
            "HOME", "/"),
        remarks::add);
    assertThat(flags.number("snapshot-count")).isEqualTo(7);
    assertThat(flags.isOn("version")).isFalse();
    assertThat(remarks)
        .extracting(Environment.Remark::message)
        .containsExactly(
            "cannot set special environment variable",
            "recognized and used environment variable",
            "unrecognized environment variable",
            "unrecognized environment variable");
  }

  @Test
  void aBadVariableIsNamedWithItsValueOnceAllAreSeen() {
    var flags = new ServerFlags();
    assertThatThrownBy(() ->
            Environment.apply(
                flags.set(),
                Map.of("ETCD_MAX_WALS", "x", "ETCD_SNAPSHOT_COUNT", "abc", "ETCD_FOO", "1"),
                remarks::add))
        .hasMessage("invalid value \"abc\" for ETCD_SNAPSHOT_COUNT: parse error");
    assertThat(remarks)
        .extracting(Environment.Remark::message)
        .containsExactly("unrecognized environment variable");
  }

  @Test
  void allAlphaTurnsOnWhatIsNotSetExplicitly() {
    FeatureGates gates = FeatureGates.parse("CompactHashCheck=false, AllAlpha=true");
    assertThat(gates.isOn(FeatureGates.Gate.LEASE_CHECKPOINT)).isTrue();
    assertThat(gates.isOn(FeatureGates.Gate.COMPACT_HASH_CHECK)).isFalse();
    assertThat(gates.toString())
        .startsWith("AllAlpha=true,CompactHashCheck=false,InitialCorruptCheck=true,")
        .doesNotContain("TxnMode");
    assertThat(FeatureGates.parse("StopGRPCServiceOnDefrag=true,"))
        .hasToString("StopGRPCServiceOnDefrag=true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X=true | unrecognized feature gate: X",
        "X | missing bool value for X",
        "AllAlpha=x | invalid value of AllAlpha=x, err: strconv.ParseBool: parsing \"x\": invalid"
            + " syntax"
      })
  void aGateIsRefusedByName(String gates, String message) {
    assertThatThrownBy(() -> FeatureGates.parse(gates)).hasMessage(message);
  }
}
