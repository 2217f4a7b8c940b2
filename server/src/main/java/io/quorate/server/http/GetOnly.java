package io.quorate.server.http;

import io.quorate.edge.HttpExchange;
import io.quorate.edge.HttpHandler;
import io.quorate.edge.HttpReceiver;
import io.quorate.rpc.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * An endpoint that is asked by GET and by nothing else, not even HEAD.
 *
 * @param refused hears of a request by another method
 */
record GetOnly(Consumer<HttpExchange> answer, Consumer<HttpExchange> refused)
    implements HttpHandler {
  GetOnly(Consumer<HttpExchange> answer) {
    this(answer, exchange -> {});
  }

  @Override
  public HttpReceiver start(HttpExchange exchange) {
    if (exchange.request().method().equals("GET")) {
      answer.accept(exchange);
    } else {
      refused.accept(exchange);
      exchange.respond(
          405,
          new Metadata()
              .add("allow", "GET")
              .add("content-type", "text/plain; charset=utf-8")
              .add("x-content-type-options", "nosniff"),
          "Method Not Allowed\n".getBytes(StandardCharsets.UTF_8));
    }
    return HttpReceiver.NONE;
  }
}
