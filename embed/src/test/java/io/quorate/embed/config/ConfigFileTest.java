package io.quorate.embed.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.embed.flag.ServerFlags;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The texts are those of etcd 3.6.14 for the same files. */
class ConfigFileTest {
  private static ServerFlags parse(String yaml) {
    return ConfigFile.parse(yaml.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void keysAreTheFlagsNames() {
    ServerFlags flags =
        parse(
            """
            NAME: s1
            data-dir: /var/lib/etcd
            snapshot-count: 0x10
            grpc-keepalive-min-time: 5000000000
            pre-vote: no
            log-outputs: [stdout, stderr]
            listen-client-urls: http://127.0.0.1:1, http://127.0.0.1:2
            auto-compaction-retention: "1h"
            unknown: [1, {a: b}]
            election-timeout: 1e3
            """);
    assertThat(flags.text("name")).isEqualTo("s1");
    assertThat(flags.number("snapshot-count")).isEqualTo(16);
    assertThat(flags.number("election-timeout")).isEqualTo(1000);
    assertThat(flags.time("grpc-keepalive-min-time")).isEqualTo(Duration.ofSeconds(5));
    assertThat(flags.isOn("pre-vote")).isFalse();
    assertThat(flags.words("log-outputs")).containsExactly("stderr", "stdout");
    assertThat(flags.urls("listen-client-urls"))
        .containsExactly("http://127.0.0.1:1", "http://127.0.0.1:2");
    assertThat(flags.text("auto-compaction-retention")).isEqualTo("1h");
    assertThat(flags.set().isGiven("wal-dir")).isFalse();
  }

  @Test
  void mapsHoldWhatIsNested() {
    ServerFlags flags =
        parse(
            """
            peer-transport-security:
              cert-file: p
              client-cert-auth: true
              allowed-cn: [a, b]
            client-transport-security: {trusted-ca-file: ca}
            socket-options: {reuse-port: true}
            discovery-config:
              token: t
              client: {endpoints: [e1, e2], dial-timeout: 1000, auth: {username: u}}
            """);
    assertThat(flags.text("peer-cert-file")).isEqualTo("p");
    assertThat(flags.isOn("peer-client-cert-auth")).isTrue();
    assertThat(flags.words("peer-cert-allowed-cn")).containsExactly("a", "b");
    assertThat(flags.text("trusted-ca-file")).isEqualTo("ca");
    assertThat(flags.isOn("socket-reuse-port")).isTrue();
    assertThat(flags.text("discovery-token")).isEqualTo("t");
    assertThat(flags.words("discovery-endpoints")).containsExactly("e1", "e2");
    assertThat(flags.time("discovery-dial-timeout")).isEqualTo(Duration.ofNanos(1000));
    assertThat(flags.text("discovery-user")).isEqualTo("u");
  }

  @Test
  void anEmptyFileAndJsonAreFine() {
    assertThat(parse("").text("name")).isEqualTo("default");
    assertThat(parse("{}").text("name")).isEqualTo("default");
    assertThat(parse("{\"name\": \"s1\"}").text("name")).isEqualTo("s1");
    assertThat(parse("name:\n").text("name")).isEqualTo("default");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "election-timeout: abc | string | configYAML.Config.election-timeout | uint",
        "name: 5 | number | configYAML.Config.name | string",
        "name: [a] | array | configYAML.Config.name | string",
        "name: true | bool | configYAML.Config.name | string",
        "pre-vote: 1 | number | configYAML.Config.pre-vote | bool",
        "grpc-keepalive-min-time: 5s | string | configYAML.Config.grpc-keepalive-min-time |"
            + " time.Duration",
        "grpc-keepalive-min-time: 5.5 | number 5.5 | configYAML.Config.grpc-keepalive-min-time |"
            + " time.Duration",
        "snapshot-count: -1 | number -1 | configYAML.Config.snapshot-count | uint64",
        "quota-backend-bytes: 8GB | string | configYAML.Config.quota-backend-bytes | int64",
        "quota-backend-bytes: 99999999999999999999 | number 100000000000000000000 |"
            + " configYAML.Config.quota-backend-bytes | int64",
        "max-concurrent-streams: 4294967296 | number 4294967296 |"
            + " configYAML.Config.max-concurrent-streams | uint32",
        "max-learners: x | string | configYAML.Config.max-learners | int",
        "heartbeat-interval: 1:30 | string | configYAML.Config.heartbeat-interval | uint",
        "log-outputs: stdout | string | configYAML.Config.log-outputs | []string",
        "log-outputs: [1] | number | configYAML.Config.log-outputs | string",
        "listen-client-urls: [a] | array | configYAML.configJSON.listen-client-urls | string",
        "v2-deprecation: 5 | number | configYAML.Config.v2-deprecation |"
            + " config.V2DeprecationEnum",
        "peer-transport-security: x | string | configYAML.configJSON.peer-transport-security |"
            + " embed.securityConfig",
        "client-transport-security: {auto-tls: 5} | number |"
            + " securityConfig.configJSON.client-transport-security.auto-tls | bool",
        "socket-options: {reuse-port: 1} | number | SocketOpts.Config.socket-options.reuse-port |"
            + " bool",
        "discovery-config: 5 | number | configYAML.Config.discovery-config |"
            + " v3discovery.DiscoveryConfig",
        "discovery-config: {client: {endpoints: a}} | string |"
            + " ConfigSpec.Config.discovery-config.client.endpoints | []string",
        "discovery-config: {client: {dial-timeout: 5s}} | string |"
            + " ConfigSpec.Config.discovery-config.client.dial-timeout | time.Duration"
      })
  void aValueOfAnotherTypeIsNamedAsGoDoes(String yaml, String kind, String path, String type) {
    assertThatThrownBy(() -> parse(yaml))
        .hasMessage(
            "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal %s into Go struct"
                + " field %s of type %s",
            kind, path, type);
  }

  @Test
  void theFirstKeyInOrderIsTheOneThatIsNamed() {
    assertThatThrownBy(() -> parse("pre-vote: x\nname: 5\n")).hasMessageContaining("Config.name ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: b: c | mapping values are not allowed in this context",
        "a: [ | line 1: did not find expected node content",
        "a: \"x | line 2: found unexpected end of stream",
        "'\tname: x' | found character that cannot start any token",
        "'name: @x' | found character that cannot start any token",
        "a: *x | unknown anchor 'x' referenced",
        "a: !!int foo | cannot decode !!str `foo` as a !!int"
      })
  void whatIsNotYaml(String yaml, String problem) {
    assertThatThrownBy(() -> parse(yaml + "\n"))
        .hasMessage("error converting YAML to JSON: yaml: " + problem);
  }

  @Test
  void whatIsAnotherYaml() {
    assertThatThrownBy(() -> parse("? [a]\n: b\n"))
        .hasMessage("error converting YAML to JSON: yaml: invalid map key: []interface {}{\"a\"}");
    assertThatThrownBy(() -> parse("%YAML 1.2\n---\nname: a\n"))
        .hasMessage("error converting YAML to JSON: yaml: found incompatible YAML document");
    assertThat(parse("%YAML 1.1\n---\nname: a\n").text("name")).isEqualTo("a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name: .inf | json: unsupported value: +Inf",
        "name: -.Inf | json: unsupported value: -Inf",
        "name: .nan | json: unsupported value: NaN",
        "~: a | unsupported map key of type: %!s(<nil>), key: <nil>, value: \"a\""
      })
  void whatIsNotJson(String yaml, String problem) {
    assertThatThrownBy(() -> parse(yaml + "\n"))
        .hasMessage("error converting YAML to JSON: " + problem);
  }

  @ParameterizedTest
  @CsvSource({"name: a\u00ff, leading", "name: a\u0080, leading", "name: a\u00c3b, trailing"})
  void whatIsNotUtf8(String yaml, String octet) {
    assertThatThrownBy(() -> ConfigFile.parse(yaml.getBytes(StandardCharsets.ISO_8859_1)))
        .hasMessage("error converting YAML to JSON: yaml: invalid " + octet + " UTF-8 octet");
  }

  @ParameterizedTest
  @CsvSource({"y, true", "Y, true", "n, false", "N, false", "off, false", "!!bool yes, true"})
  void wordsOfBooleans(String word, boolean on) {
    assertThat(parse("pre-vote: " + word + "\n").isOn("pre-vote")).isEqualTo(on);
    assertThatThrownBy(() -> parse("name: " + word + "\n")).hasMessageContaining("unmarshal bool");
  }

  @ParameterizedTest
  @CsvSource({
    "name:\ta, a",
    "name: !!str 5, 5",
    "name: !!str true, true",
    "name: \"5\", 5",
    "name: <<, <<",
    "name: 2001-01-01, 2001-01-01"
  })
  void textsThatAreTaken(String yaml, String name) {
    assertThat(parse(yaml + "\n").text("name")).isEqualTo(name);
  }

  @Test
  void clientsHaveKeysWithoutEffect() {
    parse("client-transport-security: {allowed-cn: [a], skip-client-san-verification: y}\n");
    assertThatThrownBy(() -> parse("client-transport-security: {allowed-cn: 5}\n"))
        .hasMessageContaining("configJSON.client-transport-security.allowed-cn of type []string");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "listen-client-urls: foo | PLAIN | unexpected error setting up listen-client-urls: URL"
            + " scheme must be http, https, unix, or unixs: foo",
        "advertise-client-urls: foo | PLAIN | unexpected error setting up advertise-peer-urls: URL"
            + " scheme must be http, https, unix, or unixs: foo",
        "cors: zz | PANIC | new UniqueURLs should never fail: URL scheme must be http, https, unix,"
            + " or unixs: zz",
        "feature-gates: X=true | LOGGED | unrecognized feature gate: X",
        "peer-transport-security: | LOGGED | invalid peer-transport-security",
        "'- a' | LOGGED | error unmarshaling JSON: while decoding JSON: json: cannot unmarshal"
            + " array into Go value of type embed.configYAML"
      })
  void howItIsSaid(String yaml, ConfigException.Ending ending, String message) {
    assertThatThrownBy(() -> parse(yaml + "\n"))
        .hasMessage(message)
        .extracting(e -> ((ConfigException) e).ending())
        .isEqualTo(ending);
  }

  @Test
  void aMissingFileIsSaidAsGoDoes() {
    assertThatThrownBy(() -> ConfigFile.read(Path.of("/nonexistent.yml"), new ServerFlags()))
        .hasMessage("open /nonexistent.yml: no such file or directory");
  }

  @Test
  void whatIsEmptySaysNothing() {
    ServerFlags flags =
        parse(
            """
            host-whitelist: ""
            cors: ""
            initial-cluster-state: ""
            log-outputs: []
            cipher-suites: []
            """);
    assertThat(flags.words("host-whitelist")).containsExactly("*");
    assertThat(flags.origins()).containsExactly("*");
    assertThat(flags.clusterState().value()).isEqualTo("new");
    assertThat(flags.words("log-outputs")).containsExactly("default");
    assertThat(flags.words("cipher-suites")).isEmpty();
  }

  @Test
  void theTimeoutsBetweenPeersComeFromTheCommandLineAllTheSame(@TempDir Path folder)
      throws IOException {
    var commandLine = new ServerFlags();
    commandLine.set().parse(List.of("--raft-read-timeout=1s", "--name=other"));
    Path file = Files.writeString(folder.resolve("etcd.yml"), "name: s1\n");
    ServerFlags flags = ConfigFile.read(file, commandLine);
    assertThat(flags.text("name")).isEqualTo("s1");
    assertThat(flags.time("raft-read-timeout")).isEqualTo(Duration.ofSeconds(1));
    assertThat(flags.time("raft-write-timeout")).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void everyFlagHasAKeyOrAReasonNotToHaveOne() {
    List<String> without =
        new ServerFlags()
            .set().flags().keySet().stream()
                .filter(name -> !FileKeys.top(new ServerFlags()).containsKey(name))
                .filter(name -> !name.startsWith("discovery-") && !name.contains("cert"))
                .toList();
    assertThat(without)
        .contains("config-file", "version", "raft-read-timeout", "socket-reuse-port", "snapshot")
        .doesNotContain("name", "log-level", "initial-cluster", "experimental-memory-mlock");
  }
}
