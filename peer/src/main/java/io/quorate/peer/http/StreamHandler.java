package io.quorate.peer.http;

import io.quorate.edge.HttpExchange;
import io.quorate.edge.HttpHandler;
import io.quorate.edge.HttpReceiver;
import io.quorate.gotext.GoQuote;
import io.quorate.peer.PeerHeaders;
import io.quorate.peer.PeerNetwork;
import io.quorate.peer.StreamKind;
import io.quorate.rpc.Metadata;
import java.util.Optional;
import org.slf4j.Logger;

/** {@code GET /raft/stream/KIND/MEMBER}: an endless answer (spec/peer.md 1.6). */
final class StreamHandler implements HttpHandler {
  private final PeerNetwork network;
  private final SenderCheck check;
  private final Logger log;

  StreamHandler(PeerNetwork network, SenderCheck check, Logger log) {
    this.network = network;
    this.check = check;
    this.log = log;
  }

  @Override
  public HttpReceiver start(HttpExchange exchange) {
    if (Answers.isWrongMethod(exchange, "GET")) {
      return HttpReceiver.NONE;
    }
    exchange.preset("X-Server-Version", network.options().serverVersion());
    if (!check.isOfThisCluster(exchange)) {
      return HttpReceiver.NONE;
    }
    String path = exchange.request().path().substring("/raft/stream/".length());
    int slash = path.lastIndexOf('/');
    Optional<StreamKind> kind =
        slash < 0 ? Optional.empty() : StreamKind.of(path.substring(0, slash));
    if (kind.isEmpty()) {
      Answers.error(exchange, 404, "invalid path");
      return HttpReceiver.NONE;
    }
    // Go's last element of a path that ends in a slash is what stands before it.
    String last = slash == path.length() - 1 ? path.substring(0, slash) : path.substring(slash + 1);
    Optional<Long> from = PeerHeaders.id(last);
    if (from.isEmpty()) {
      String self = Long.toHexString(network.options().memberId());
      log.atWarn()
          .addKeyValue("local-member-id", self)
          .addKeyValue("remote-peer-id-stream-handler", self)
          .addKeyValue("path", last)
          .addKeyValue(
              "error", "strconv.ParseUint: parsing " + GoQuote.quote(last) + ": invalid syntax")
          .log("failed to parse path into ID");
      Answers.error(exchange, 404, "invalid from");
      return HttpReceiver.NONE;
    }
    return attach(exchange, kind.get(), from.get());
  }

  private HttpReceiver attach(HttpExchange exchange, StreamKind kind, long from) {
    String self = Long.toHexString(network.options().memberId());
    if (network.isRemoved(from)) {
      log.atWarn()
          .addKeyValue("local-member-id", self)
          .addKeyValue("remote-peer-id-stream-handler", self)
          .addKeyValue("remote-peer-id-from", Long.toHexString(from))
          .log("rejected stream from remote peer because it was removed");
      Answers.error(exchange, 410, "removed member");
      return HttpReceiver.NONE;
    }
    if (!network.isPeer(from)) {
      // It may have been added by an entry that we have not seen yet.
      if (!check.noteSender(exchange)) {
        return HttpReceiver.NONE;
      }
      log.atWarn()
          .addKeyValue("local-member-id", self)
          .addKeyValue("remote-peer-id-stream-handler", self)
          .addKeyValue("remote-peer-id-from", Long.toHexString(from))
          .addKeyValue("cluster-id", Long.toHexString(network.options().clusterId()))
          .log("failed to find remote peer in cluster");
      Answers.error(exchange, 404, "error sender not found");
      return HttpReceiver.NONE;
    }
    String to = exchange.request().headers().first(PeerHeaders.RAFT_TO).orElse("");
    if (!to.equals(self)) {
      log.atWarn()
          .addKeyValue("local-member-id", self)
          .addKeyValue("remote-peer-id-stream-handler", self)
          .addKeyValue("remote-peer-id-header", to)
          .addKeyValue("remote-peer-id-from", Long.toHexString(from))
          .log("ignored streaming request; ID mismatch");
      Answers.error(exchange, 412, "to field mismatch");
      return HttpReceiver.NONE;
    }
    exchange.begin(200, new Metadata());
    return LiveOnly.attach(exchange, () -> network.attach(from, kind, exchange));
  }
}
