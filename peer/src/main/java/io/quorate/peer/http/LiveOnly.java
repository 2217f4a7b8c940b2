package io.quorate.peer.http;

import io.quorate.edge.HttpExchange;
import io.quorate.edge.HttpReceiver;
import java.util.function.Supplier;

/**
 * Attaches an exchange in its own next turn, if its client is still there. A connection that waited
 * in the listener's queue while we started may have been given up long ago; its request and its end
 * are read in one turn, and what was sent on it would be lost.
 */
final class LiveOnly implements HttpReceiver {
  private HttpReceiver receiver = HttpReceiver.NONE;

  private LiveOnly() {}

  /** On the event loop of {@code exchange}. */
  static HttpReceiver attach(HttpExchange exchange, Supplier<HttpReceiver> attachment) {
    LiveOnly live = new LiveOnly();
    exchange.execute(() -> {
      if (!exchange.isEnded()) {
        live.receiver = attachment.get();
      }
    });
    return live;
  }

  @Override
  public void data(byte[] piece) {
    receiver.data(piece);
  }

  @Override
  public void end() {
    receiver.end();
  }

  @Override
  public void aborted() {
    receiver.aborted();
  }

  @Override
  public void writable() {
    receiver.writable();
  }
}
