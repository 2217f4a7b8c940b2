package io.quorate.embed.flag;

import java.util.Map;

/**
 * The flags whose subject comes later. This list shrinks with each issue; README shows it.
 *
 * <p>A refused flag ends the start with a clear text when it is given a value that would have an
 * effect. A flag without effect is accepted.
 */
public final class LaterFlags {
  private LaterFlags() {}

  /** Refused when given: flag, and what it belongs to. */
  public static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry("discovery", "clusters"),
          Map.entry("discovery-endpoints", "clusters"),
          Map.entry("discovery-srv", "clusters"),
          Map.entry("cert-file", "security"),
          Map.entry("key-file", "security"),
          Map.entry("trusted-ca-file", "security"),
          Map.entry("client-cert-auth", "security"),
          Map.entry("client-crl-file", "security"),
          Map.entry("auto-tls", "security"),
          Map.entry("peer-cert-file", "security"),
          Map.entry("peer-key-file", "security"),
          Map.entry("peer-trusted-ca-file", "security"),
          Map.entry("peer-client-cert-auth", "security"),
          Map.entry("peer-crl-file", "security"),
          Map.entry("peer-auto-tls", "security"),
          Map.entry("enable-distributed-tracing", "operations"),
          Map.entry("experimental-enable-distributed-tracing", "operations"));

  /** Accepted without effect: flag, and what it belongs to. */
  public static final Map<String, String> WITHOUT_EFFECT =
      Map.ofEntries(
          Map.entry("cipher-suites", "security"),
          Map.entry("tls-min-version", "security"),
          Map.entry("tls-max-version", "security"),
          Map.entry("self-signed-cert-validity", "security"),
          Map.entry("client-cert-file", "security"),
          Map.entry("client-key-file", "security"),
          Map.entry("client-cert-allowed-hostname", "security"),
          Map.entry("peer-client-cert-file", "security"),
          Map.entry("peer-client-key-file", "security"),
          Map.entry("peer-cert-allowed-cn", "security"),
          Map.entry("peer-cert-allowed-hostname", "security"),
          Map.entry("peer-skip-client-san-verification", "security"),
          Map.entry("discovery-cacert", "clusters"),
          Map.entry("discovery-cert", "clusters"),
          Map.entry("discovery-dial-timeout", "clusters"),
          Map.entry("discovery-insecure-skip-tls-verify", "clusters"),
          Map.entry("discovery-insecure-transport", "clusters"),
          Map.entry("discovery-keepalive-time", "clusters"),
          Map.entry("discovery-keepalive-timeout", "clusters"),
          Map.entry("discovery-key", "clusters"),
          Map.entry("discovery-password", "clusters"),
          Map.entry("discovery-proxy", "clusters"),
          Map.entry("discovery-request-timeout", "clusters"),
          Map.entry("discovery-srv-name", "clusters"),
          Map.entry("discovery-token", "clusters"),
          Map.entry("discovery-user", "clusters"),
          Map.entry("distributed-tracing-address", "operations"),
          Map.entry("distributed-tracing-instance-id", "operations"),
          Map.entry("distributed-tracing-sampling-rate", "operations"),
          Map.entry("distributed-tracing-service-name", "operations"),
          Map.entry("backend-bbolt-freelist-type", "storage"),
          Map.entry("downgrade-check-time", "operations"));
}
