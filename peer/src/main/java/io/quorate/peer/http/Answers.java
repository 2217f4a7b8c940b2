package io.quorate.peer.http;

import io.quorate.edge.HttpExchange;
import io.quorate.peer.PeerNetwork;
import io.quorate.raft.message.Message;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Payload;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** The shapes of answers. */
final class Answers {
  private Answers() {}

  /** As Go's {@code http.Error}. */
  static void error(HttpExchange exchange, int status, String text) {
    exchange.respond(status, text + "\n");
  }

  /** The same, as from a handler that dies behind it: the end of the answer never comes. */
  static void errorBrokenOff(HttpExchange exchange, int status, String text) {
    exchange.begin(
        status,
        new Metadata()
            .add("content-type", "text/plain; charset=utf-8")
            .add("x-content-type-options", "nosniff"));
    exchange.write(Payload.of((text + "\n").getBytes(StandardCharsets.UTF_8)));
    exchange.abort();
  }

  /**
   * @param allowed the method that the path takes
   */
  static boolean isWrongMethod(HttpExchange exchange, String allowed) {
    if (exchange.request().method().equals(allowed)) {
      return false;
    }
    exchange.preset("Allow", allowed);
    error(exchange, 405, "Method Not Allowed");
    return true;
  }

  static void json(HttpExchange exchange, String json) {
    body(exchange, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  static void body(HttpExchange exchange, String type, byte[] body) {
    exchange.respond(200, new Metadata().add("content-type", type), body);
  }

  static void nothing(HttpExchange exchange) {
    exchange.begin(204, new Metadata());
    exchange.end();
  }

  /** What the original answers to anything it did not foresee. */
  static void internalError(HttpExchange exchange) {
    exchange.respond(
        500,
        new Metadata().add("content-type", "application/json"),
        "{\"message\":\"Internal Server Error\"}".getBytes(StandardCharsets.UTF_8));
  }

  /** Why {@code network} has refused {@code message}. */
  static String notTaken(PeerNetwork network, Message message) {
    return network.isRemoved(message.from())
        ? "cannot process message from removed member"
        : "cannot process message to mismatch member";
  }

  /** Whose connection it is, as {@code 127.0.0.1:1234}. */
  static String remote(HttpExchange exchange) {
    return exchange.remoteAddress() instanceof InetSocketAddress address
        ? address.getAddress().getHostAddress() + ":" + address.getPort()
        : "";
  }
}
