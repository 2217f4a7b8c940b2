package io.quorate.peer.http;

import io.quorate.edge.HttpExchange;
import io.quorate.gotext.UrlList;
import io.quorate.peer.PeerHeaders;
import io.quorate.peer.PeerNetwork;
import io.quorate.rpc.Metadata;
import java.util.Optional;
import org.slf4j.Logger;

/** Whether a request comes from a member of this cluster that we can talk to (spec/peer.md 1.4). */
final class SenderCheck {
  private final PeerNetwork network;
  private final Logger log;

  SenderCheck(PeerNetwork network, Logger log) {
    this.network = network;
    this.log = log;
  }

  private static String said(Metadata headers, String version) {
    return headers.first(version).orElse(PeerHeaders.UNKNOWN.toString());
  }

  /** Whether {@code exchange} may go on; else it is answered. Notes who asks and from where. */
  boolean accepts(HttpExchange exchange) {
    if (!isOfThisCluster(exchange)) {
      return false;
    }
    return noteSender(exchange);
  }

  /** As {@link #accepts}, without noting the sender. */
  boolean isOfThisCluster(HttpExchange exchange) {
    return isOfThisCluster(exchange, () -> {});
  }

  /**
   * The same.
   *
   * @param refused run where the answer is a refusal, and not the end of the connection
   */
  boolean isOfThisCluster(HttpExchange exchange, Runnable refused) {
    Metadata headers = exchange.request().headers();
    exchange.preset("X-Etcd-Cluster-ID", Long.toHexString(network.options().clusterId()));
    Optional<String> refusal;
    try {
      refusal = PeerHeaders.refusal(network.options(), headers);
    } catch (IllegalArgumentException e) {
      // A Go member would die of such a version; the connection ends without an answer.
      exchange.abort();
      return false;
    }
    if (refusal.isEmpty()) {
      return true;
    }
    var line =
        log.atWarn()
            .addKeyValue("local-member-id", Long.toHexString(network.options().memberId()))
            .addKeyValue("local-member-cluster-id", Long.toHexString(network.options().clusterId()))
            .addKeyValue("local-member-server-version", network.options().serverVersion())
            .addKeyValue(
                "local-member-server-minimum-cluster-version",
                PeerHeaders.OLDEST_CLUSTER.toString())
            .addKeyValue(
                "remote-peer-server-name", headers.first(PeerHeaders.SERVER_FROM).orElse(""))
            .addKeyValue("remote-peer-server-version", said(headers, PeerHeaders.SERVER_VERSION))
            .addKeyValue(
                "remote-peer-server-minimum-cluster-version",
                said(headers, PeerHeaders.MIN_CLUSTER_VERSION));
    if (refusal.get().equals("incompatible version")) {
      line.addKeyValue("error", PeerHeaders.incompatibility(network.options(), headers))
          .log("failed version compatibility check");
    } else {
      line.addKeyValue("remote-peer-cluster-id", headers.first(PeerHeaders.CLUSTER_ID).orElse(""))
          .log("request cluster ID mismatch");
    }
    refused.run();
    Answers.error(exchange, 412, refusal.get());
    return false;
  }

  /** Remembers where the sender can be answered; false if that is no place, which ends it. */
  boolean noteSender(HttpExchange exchange) {
    Metadata headers = exchange.request().headers();
    String text = headers.first(PeerHeaders.PEER_URLS).orElse("");
    Optional<Long> from = PeerHeaders.sender(headers);
    if (text.isEmpty() || from.isEmpty() || network.canReach(from.get())) {
      return true;
    }
    try {
      network.addRemote(from.get(), UrlList.parse(text));
      return true;
    } catch (IllegalArgumentException e) {
      // Here a Go member's handler dies, and with it the connection.
      log.atWarn().addKeyValue("urls", text).addKeyValue("error", e).log("failed NewURLs");
      exchange.abort();
      return false;
    }
  }
}
