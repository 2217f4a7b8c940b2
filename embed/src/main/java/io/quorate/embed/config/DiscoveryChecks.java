package io.quorate.embed.config;

import io.quorate.embed.flag.ServerFlags;
import java.util.List;
import java.util.stream.Stream;

/** At most one way to find the other members, and that one complete (spec/server.md 1.6). */
final class DiscoveryChecks {
  private static final String ENDPOINTS = "discovery-endpoints";

  private DiscoveryChecks() {}

  static void check(ServerFlags flags) {
    long ways =
        Stream.of(
                flags.set().isGiven("initial-cluster"),
                has(flags, "discovery"),
                !flags.words(ENDPOINTS).isEmpty(),
                has(flags, "discovery-srv"))
            .filter(given -> given)
            .count();
    if (ways > 1) {
      throw new ConfigException(
          "multiple discovery or bootstrap flags are set. Choose one of \"initial-cluster\","
              + " \"discovery\", \"discovery-endpoints\" or \"discovery-srv\"");
    }
    boolean second = has(flags, "discovery") || has(flags, "discovery-proxy");
    boolean third =
        !flags.words(ENDPOINTS).isEmpty()
            || Stream.of("token", "cert", "key", "cacert", "user", "password")
                .anyMatch(part -> has(flags, "discovery-" + part));
    if (second && third) {
      throw new ConfigException(
          "both v2 discovery settings (discovery, discovery-proxy) and v3 discovery settings"
              + " (discovery-token, discovery-endpoints, discovery-cert, discovery-key,"
              + " discovery-cacert, discovery-user, discovery-password) are set");
    }
    List<String> endpoints = flags.words(ENDPOINTS);
    if (has(flags, "discovery-token") == endpoints.isEmpty()) {
      throw new ConfigException("both --discovery-token and --discovery-endpoints must be set");
    }
    if (endpoints.stream().anyMatch(String::isBlank)) {
      throw new ConfigException("--discovery-endpoints must not contain empty endpoints");
    }
  }

  private static boolean has(ServerFlags flags, String name) {
    return !flags.text(name).isEmpty();
  }
}
