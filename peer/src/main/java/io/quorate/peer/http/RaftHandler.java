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

/** {@code POST /raft}: one message (spec/peer.md 1.6). */
final class RaftHandler implements HttpHandler {
  private final PeerNetwork network;
  private final SenderCheck check;

  RaftHandler(PeerNetwork network, SenderCheck check) {
    this.network = network;
    this.check = check;
  }

  @Override
  public HttpReceiver start(HttpExchange exchange) {
    if (Answers.isWrongMethod(exchange, "POST") || !check.accepts(exchange)) {
      return HttpReceiver.NONE;
    }
    return new BodyCollector(
        exchange, (int) MessageFrames.STREAM_LIMIT_BYTES, body -> receive(exchange, body));
  }

  private void receive(HttpExchange exchange, byte[] body) {
    Message message;
    try {
      message = MessageCodec.decode(body);
    } catch (MalformedException e) {
      Answers.error(exchange, 400, "error unmarshalling raft message");
      return;
    }
    network.listener().received(message.from(), body.length);
    if (network.receive(message)) {
      Answers.nothing(exchange);
    } else {
      Answers.error(exchange, 500, "error processing raft message");
    }
  }
}
