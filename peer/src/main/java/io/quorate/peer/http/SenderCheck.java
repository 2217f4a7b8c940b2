package io.quorate.peer.http;

import io.quorate.edge.HttpExchange;
import io.quorate.peer.PeerHeaders;
import io.quorate.peer.PeerNetwork;
import io.quorate.rpc.Metadata;
import java.util.Arrays;
import java.util.List;
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

  /** Whether {@code exchange} may go on; else it is answered. Notes who asks and from where. */
  boolean accepts(HttpExchange exchange) {
    if (!isOfThisCluster(exchange)) {
      return false;
    }
    noteSender(exchange);
    return true;
  }

  /** As {@link #accepts}, without noting the sender. */
  boolean isOfThisCluster(HttpExchange exchange) {
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
    boolean version = refusal.get().equals("incompatible version");
    log.atWarn()
        .addKeyValue("local-member-id", Long.toHexString(network.options().memberId()))
        .addKeyValue("local-member-cluster-id", Long.toHexString(network.options().clusterId()))
        .addKeyValue("local-member-server-version", network.options().serverVersion())
        .addKeyValue("remote-peer-id", headers.first(PeerHeaders.SERVER_FROM).orElse(""))
        .addKeyValue(
            "remote-peer-server-version", headers.first(PeerHeaders.SERVER_VERSION).orElse(""))
        .addKeyValue("remote-peer-cluster-id", headers.first(PeerHeaders.CLUSTER_ID).orElse(""))
        .log(version ? "failed version compatibility check" : "request cluster ID mismatch");
    Answers.error(exchange, 412, refusal.get());
    return false;
  }

  void noteSender(HttpExchange exchange) {
    Metadata headers = exchange.request().headers();
    List<String> urls =
        Arrays.stream(headers.first(PeerHeaders.PEER_URLS).orElse("").split(","))
            .filter(url -> !url.isEmpty())
            .toList();
    PeerHeaders.sender(headers).ifPresent(from -> network.addRemote(from, urls));
  }
}
