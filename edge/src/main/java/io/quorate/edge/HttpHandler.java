package io.quorate.edge;

/** Answers HTTP requests, of HTTP/1.1 and HTTP/2 alike. */
@FunctionalInterface
public interface HttpHandler {
  /** A request begins, on its event loop; its body is still to come. Never blocks. */
  HttpReceiver start(HttpExchange exchange);
}
