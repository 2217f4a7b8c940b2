package io.quorate.peer;

import io.quorate.rpc.Metadata;
import io.quorate.statemachine.membership.Version;
import java.util.Optional;

/** The headers between members and what they must agree on (spec/peer.md 1.3, 1.4). */
public final class PeerHeaders {
  public static final String SERVER_FROM = "x-server-from";
  public static final String SERVER_VERSION = "x-server-version";
  public static final String MIN_CLUSTER_VERSION = "x-min-cluster-version";
  public static final String CLUSTER_ID = "x-etcd-cluster-id";
  public static final String RAFT_TO = "x-raft-to";
  public static final String PEER_URLS = "x-peerurls";

  /** The token of whoever asked another member for a promotion. */
  public static final String AUTHORIZATION = "authorization";

  /** Of a cluster that we can be in. */
  public static final Version OLDEST_CLUSTER = Version.of(3, 0);

  /** Of one that does not say. */
  public static final Version UNKNOWN = Version.of(2, 0);

  private PeerHeaders() {}

  /** What every message, snapshot and stream request carries. */
  static Metadata of(PeerOptions options) {
    return new Metadata()
        .add("X-Etcd-Cluster-ID", Long.toHexString(options.clusterId()))
        .add("X-Min-Cluster-Version", OLDEST_CLUSTER.toString())
        .add("X-PeerURLs", String.join(",", options.peerUrls()))
        .add("X-Server-From", Long.toHexString(options.memberId()))
        .add("X-Server-Version", options.serverVersion());
  }

  /**
   * Why a request with {@code headers} is none of ours, as the answer's text; empty if it is.
   *
   * @throws IllegalArgumentException if a version cannot be read
   */
  public static Optional<String> refusal(PeerOptions options, Metadata headers) {
    Version theirs = version(headers, SERVER_VERSION);
    Version theirOldest = version(headers, MIN_CLUSTER_VERSION);
    Version ours = Version.parse(options.serverVersion()).orElseThrow().majorMinor();
    if (theirs.majorMinor().compareTo(OLDEST_CLUSTER) < 0
        || theirOldest.majorMinor().compareTo(ours) > 0) {
      return Optional.of("incompatible version");
    }
    if (!headers.first(CLUSTER_ID).orElse("").equals(Long.toHexString(options.clusterId()))) {
      return Optional.of("cluster ID mismatch");
    }
    return Optional.empty();
  }

  /** What the log says of a request that was refused for its versions. */
  public static String incompatibility(PeerOptions options, Metadata headers) {
    Version theirs = version(headers, SERVER_VERSION);
    boolean old = theirs.majorMinor().compareTo(OLDEST_CLUSTER) < 0;
    return "%s version is too low: remote[%s]=%s, local=%s"
        .formatted(
            old ? "remote" : "local",
            headers.first(SERVER_FROM).orElse(""),
            theirs,
            options.serverVersion());
  }

  private static Version version(Metadata headers, String name) {
    String text = headers.first(name).orElse("");
    return text.isEmpty()
        ? UNKNOWN
        : Version.parse(text)
            .orElseThrow(() -> new IllegalArgumentException("version \"" + text + "\""));
  }

  /** The member a request comes from; empty where it does not say so in hexadecimal. */
  public static Optional<Long> sender(Metadata headers) {
    return headers.first(SERVER_FROM).flatMap(PeerHeaders::id);
  }

  /** An id as paths and headers have it. */
  public static Optional<Long> id(String hex) {
    try {
      return hex.startsWith("+") || hex.startsWith("-")
          ? Optional.empty()
          : Optional.of(Long.parseUnsignedLong(hex, 16));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
