package io.quorate.embed.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.embed.flag.Environment;
import io.quorate.embed.flag.ServerFlags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
  private final List<ConfigReader.Warning> warnings = new ArrayList<>();

  private MemberConfig read(String... arguments) {
    var flags = new ServerFlags();
    flags.set().parse(List.of(arguments));
    return ConfigReader.read(flags, warnings);
  }

  @Test
  void zeroStandsForTheEffectiveDefault() {
    MemberConfig config = read("--snapshot-count", "0", "--name", "s1");
    assertThat(config.raft().snapshotCount()).isEqualTo(10_000);
    assertThat(config.storage().batchInterval()).isEqualTo(Duration.ofMillis(100));
    assertThat(config.storage().batchLimit()).isEqualTo(10_000);
    assertThat(config.dataDir()).hasToString("s1.etcd");
    assertThat(config.cluster().initialCluster()).isEqualTo("s1=http://localhost:2380");
    assertThat(config.limits().maxMessageBytes()).isEqualTo(2_097_152);
    assertThat(config.raft().requestTimeout()).isEqualTo(Duration.ofSeconds(7));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--heartbeat-interval=0 | --heartbeat-interval must be >0 (set to 0ms)",
        "--election-timeout=0 | --election-timeout must be >0 (set to 0ms)",
        "--election-timeout=60000 | --election-timeout[60000ms] is too long, and should be set less"
            + " than 50000ms",
        "--auto-compaction-mode=x | unknown auto-compaction-mode \"x\"",
        "--compact-hash-check-time=0 | --compact-hash-check-time must be >0 (set to 0s)",
        "--feature-gates=X=true | unrecognized feature gate: X",
        "--feature-gates=LeaseCheckpointPersist=true | enabling feature gate"
            + " LeaseCheckpointPersist requires enabling feature gate LeaseCheckpoint",
        "--listen-client-urls=http://127.0.0.1:2379 | --advertise-client-urls is required when"
            + " --listen-client-urls is set explicitly",
        "--listen-peer-urls=http://foo.com:1234 | expected IP in URL for binding"
            + " (http://foo.com:1234)",
        "--initial-advertise-peer-urls=http://:2380 | --initial-advertise-peer-urls"
            + " \"http://:2380\" must be \"host:port\" (unexpected empty host (http://:2380))"
      })
  void refusesInEtcdsWords(String argument, String message) {
    assertThatThrownBy(() -> read(argument))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @Test
  void aFlagAndItsVariableTogetherAreAConflict() {
    var flags = new ServerFlags();
    flags.set().parse(List.of("--name=a"));
    assertThatThrownBy(() -> Environment.apply(flags.set(), Map.of("ETCD_NAME", "a")))
        .isInstanceOf(Environment.Conflict.class)
        .hasMessageStartingWith("conflicting environment variable is shadowed");
  }

  @Test
  void variablesSetFlagsAndUnknownOnesAreNamed() {
    var flags = new ServerFlags();
    List<Environment.Remark> remarks =
        Environment.apply(
            flags.set(), Map.of("ETCD_SNAPSHOT_COUNT", "7", "ETCD_NO_SUCH", "x", "HOME", "/"));
    assertThat(flags.number("snapshot-count")).isEqualTo(7);
    assertThat(remarks)
        .extracting(Environment.Remark::message)
        .containsExactly(
            "recognized and used environment variable", "unrecognized environment variable");
  }

  @Test
  void aBadVariableIsNamedWithItsValue() {
    assertThatThrownBy(
            () -> Environment.apply(new ServerFlags().set(), Map.of("ETCD_SNAPSHOT_COUNT", "abc")))
        .hasMessage("invalid value \"abc\" for ETCD_SNAPSHOT_COUNT: parse error");
  }

  @Test
  void allAlphaTurnsOnWhatIsNotSetExplicitly() {
    FeatureGates gates = FeatureGates.parse("CompactHashCheck=false, AllAlpha=true");
    assertThat(gates.isOn(FeatureGates.Gate.LEASE_CHECKPOINT)).isTrue();
    assertThat(gates.isOn(FeatureGates.Gate.COMPACT_HASH_CHECK)).isFalse();
    assertThat(gates).hasToString("AllAlpha=true,CompactHashCheck=false");
  }
}
