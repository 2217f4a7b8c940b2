package io.quorate.peer.http;

import io.quorate.edge.BodyCollector;
import io.quorate.edge.HttpExchange;
import io.quorate.edge.HttpHandler;
import io.quorate.edge.HttpReceiver;
import io.quorate.peer.PeerNetwork;
import io.quorate.peer.codec.MessageFrames;
import io.quorate.raft.codec.MalformedException;
import io.quorate.raft.codec.MessageCodec;
import io.quorate.raft.message.Message;
import org.slf4j.Logger;

/** {@code POST /raft}: one message (spec/peer.md 1.6). */
final class RaftHandler implements HttpHandler {
  private final PeerNetwork network;
  private final SenderCheck check;
  private final Logger log;

  RaftHandler(PeerNetwork network, SenderCheck check, Logger log) {
    this.network = network;
    this.check = check;
    this.log = log;
  }

  @Override
  public HttpReceiver start(HttpExchange exchange) {
    if (Answers.isWrongMethod(exchange, "POST") || !check.accepts(exchange)) {
      return HttpReceiver.NONE;
    }
    return new BodyCollector(
            exchange, MessageFrames.POST_LIMIT_BYTES, body -> receive(exchange, body))
        .orElse("error reading raft message", error -> unreadable(exchange, "read", error));
  }

  private void unreadable(HttpExchange exchange, String step, String error) {
    network.listener().receiveFailed(Answers.remote(exchange));
    log.atWarn()
        .addKeyValue("local-member-id", Long.toHexString(network.options().memberId()))
        .addKeyValue("error", error)
        .log("failed to " + step + " Raft message");
  }

  private void receive(HttpExchange exchange, byte[] body) {
    Message message;
    try {
      message = MessageCodec.decode(body);
    } catch (MalformedException e) {
      unreadable(exchange, "unmarshal", String.valueOf(e.getMessage()));
      Answers.error(exchange, 400, "error unmarshalling raft message");
      return;
    }
    network.listener().received(message.from(), body.length);
    if (network.receive(message, body.length)) {
      Answers.nothing(exchange);
    } else {
      log.atWarn()
          .addKeyValue("local-member-id", Long.toHexString(network.options().memberId()))
          .addKeyValue("error", Answers.notTaken(network, message))
          .log("failed to process Raft message");
      Answers.errorBrokenOff(exchange, 500, "error processing raft message");
    }
  }
}
