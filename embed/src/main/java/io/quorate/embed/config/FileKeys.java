package io.quorate.embed.config;

import io.quorate.cli.FlagValue;
import io.quorate.cli.GoValues;
import io.quorate.embed.flag.ServerFlags;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which keys a configuration file has, what flag each sets, and of what Go type etcd takes it to
 * be, which its error texts name (spec/server.md 1.5).
 */
final class FileKeys {
  /**
   * One key.
   *
   * @param flag the flag it sets; empty for a map, and for what sets none
   * @param path as error texts name it
   * @param goType of its value
   * @param inner the keys of a map
   */
  record Key(String flag, String path, String goType, Map<String, Key> inner) {
    static final String OBJECT = "object";

    String type() {
      return inner.isEmpty() ? goType : OBJECT;
    }
  }

  private static final String CONFIG = "configYAML.Config.";
  private static final String JSON = "configYAML.configJSON.";

  /** Flags without a key, or with another one. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "config-file",
          "version",
          "raft-read-timeout",
          "raft-write-timeout",
          "discovery-fallback",
          "discovery-endpoints",
          "discovery-token",
          "discovery-dial-timeout",
          "discovery-request-timeout",
          "discovery-keepalive-time",
          "discovery-keepalive-timeout",
          "discovery-insecure-transport",
          "discovery-insecure-skip-tls-verify",
          "discovery-cert",
          "discovery-key",
          "discovery-cacert",
          "discovery-user",
          "discovery-password",
          "socket-reuse-port",
          "socket-reuse-address",
          "experimental-snapshot-catchup-entries",
          "cert-file",
          "key-file",
          "client-cert-file",
          "client-key-file",
          "trusted-ca-file",
          "client-cert-auth",
          "client-crl-file",
          "client-cert-allowed-hostname",
          "auto-tls",
          "peer-cert-file",
          "peer-key-file",
          "peer-client-cert-file",
          "peer-client-key-file",
          "peer-trusted-ca-file",
          "peer-client-cert-auth",
          "peer-crl-file",
          "peer-cert-allowed-hostname",
          "peer-cert-allowed-cn",
          "peer-auto-tls",
          "peer-skip-client-san-verification");

  /** Lists in Go, of which the file has texts with commas. */
  private static final Set<String> COMMA_TEXTS =
      Set.of(
          "listen-peer-urls",
          "listen-client-urls",
          "listen-client-http-urls",
          "initial-advertise-peer-urls",
          "advertise-client-urls",
          "listen-metrics-urls",
          "cors",
          "host-whitelist",
          "feature-gates");

  private FileKeys() {}

  /** The keys of the file itself. */
  static Map<String, Key> top(ServerFlags flags) {
    var keys = new LinkedHashMap<String, Key>();
    flags
        .set()
        .flags()
        .forEach((name, value) -> {
          if (COMMA_TEXTS.contains(name)) {
            keys.put(name, leaf(name, JSON + name, "string"));
          } else if (!ELSEWHERE.contains(name) && !(value instanceof GoValues.Ignored)) {
            keys.put(name, leaf(name, CONFIG + name, goType(name, value)));
          }
        });
    String catchUp = "experimental-snapshot-catch-up-entries";
    keys.put(catchUp, leaf("experimental-snapshot-catchup-entries", CONFIG + catchUp, "uint64"));
    keys.put("client-transport-security", security("client"));
    keys.put("peer-transport-security", security("peer"));
    keys.put("socket-options", sockets());
    keys.put("discovery-config", discovery());
    return keys;
  }

  private static Key security(String side) {
    boolean peer = side.equals("peer");
    String flag = peer ? "peer-" : "";
    String path = "configJSON." + side + "-transport-security";
    var keys = new LinkedHashMap<String, Key>();
    String inner = "securityConfig." + path + ".";
    for (String text : List.of("cert-file", "key-file", "trusted-ca-file")) {
      keys.put(text, leaf(flag + text, inner + text, "string"));
    }
    for (String text : List.of("client-cert-file", "client-key-file")) {
      keys.put(text, leaf(flag + text, inner + text, "string"));
    }
    for (String on : List.of("client-cert-auth", "auto-tls")) {
      keys.put(on, leaf(flag + on, inner + on, "bool"));
    }
    keys.put(
        "allowed-hostname",
        leaf(side + "-cert-allowed-hostname", inner + "allowed-hostname", "[]string"));
    // Clients have these two without effect.
    String cn = peer ? "peer-cert-allowed-cn" : "";
    String san = peer ? "peer-skip-client-san-verification" : "";
    keys.put("allowed-cn", leaf(cn, inner + "allowed-cn", "[]string"));
    keys.put(
        "skip-client-san-verification", leaf(san, inner + "skip-client-san-verification", "bool"));
    return new Key("", "configYAML." + path, "embed.securityConfig", keys);
  }

  private static Key sockets() {
    var keys = new LinkedHashMap<String, Key>();
    for (String option : List.of("reuse-port", "reuse-address")) {
      keys.put(
          option, leaf("socket-" + option, "SocketOpts.Config.socket-options." + option, "bool"));
    }
    return new Key("", CONFIG + "socket-options", "transport.SocketOpts", keys);
  }

  private static Key discovery() {
    String at = ".Config.discovery-config.";
    var secure = new LinkedHashMap<String, Key>();
    for (String text : List.of("cert", "key", "cacert")) {
      secure.put(
          text, leaf("discovery-" + text, "SecureConfig" + at + "client.secure." + text, "string"));
    }
    for (String on : List.of("insecure-transport", "insecure-skip-tls-verify")) {
      secure.put(on, leaf("discovery-" + on, "SecureConfig" + at + "client.secure." + on, "bool"));
    }
    var auth = new LinkedHashMap<String, Key>();
    auth.put(
        "username", leaf("discovery-user", "AuthConfig" + at + "client.auth.username", "string"));
    auth.put(
        "password",
        leaf("discovery-password", "AuthConfig" + at + "client.auth.password", "string"));
    var client = new LinkedHashMap<String, Key>();
    client.put(
        "endpoints",
        leaf("discovery-endpoints", "ConfigSpec" + at + "client.endpoints", "[]string"));
    for (String time :
        List.of("dial-timeout", "request-timeout", "keepalive-time", "keepalive-timeout")) {
      client.put(
          time, leaf("discovery-" + time, "ConfigSpec" + at + "client." + time, "time.Duration"));
    }
    client.put(
        "secure",
        new Key("", "ConfigSpec" + at + "client.secure", "clientv3.SecureConfig", secure));
    client.put("auth", new Key("", "ConfigSpec" + at + "client.auth", "clientv3.AuthConfig", auth));
    var all = new LinkedHashMap<String, Key>();
    all.put("token", leaf("discovery-token", "DiscoveryConfig" + at + "token", "string"));
    all.put(
        "client", new Key("", "DiscoveryConfig" + at + "client", "clientv3.ConfigSpec", client));
    return new Key("", CONFIG + "discovery-config", "v3discovery.DiscoveryConfig", all);
  }

  private static Key leaf(String flag, String path, String goType) {
    return new Key(flag, path, goType, Map.of());
  }

  private static String goType(String name, FlagValue value) {
    if (name.endsWith("snapshot-count") || name.endsWith("snapshot-catchup-entries")) {
      return "uint64";
    }
    return switch (name) {
      case "quota-backend-bytes" -> "int64";
      case "v2-deprecation" -> "config.V2DeprecationEnum";
      default -> goType(value);
    };
  }

  private static String goType(FlagValue value) {
    return switch (value) {
      case GoValues.Flag _ -> "bool";
      case GoValues.Int number -> number.isSigned() ? "int" : "uint";
      case GoValues.Uint32 _ -> "uint32";
      case GoValues.Time _ -> "time.Duration";
      case GoValues.Words _ -> "[]string";
      default -> "string";
    };
  }
}
