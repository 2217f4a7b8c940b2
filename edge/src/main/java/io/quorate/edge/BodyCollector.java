package io.quorate.edge;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/** Gathers a request's body, up to a limit, for a handler that needs it as a whole. */
public final class BodyCollector implements HttpReceiver {
  private final HttpExchange exchange;
  private final int limitBytes;
  private final String tooLarge;
  private final Consumer<byte[]> whole;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream(256);
  private boolean refused;
  private Consumer<String> brokenOff = _ -> {};
  private String unreadable = "";

  /**
   * @param limitBytes a longer body is answered with 413
   * @param whole gets the body, on the event loop
   */
  public BodyCollector(HttpExchange exchange, int limitBytes, Consumer<byte[]> whole) {
    this(exchange, limitBytes, "http: request body too large", whole);
  }

  /**
   * @param tooLarge what a longer body is answered with, and 413
   */
  public BodyCollector(
      HttpExchange exchange, int limitBytes, String tooLarge, Consumer<byte[]> whole) {
    this.exchange = exchange;
    this.limitBytes = limitBytes;
    this.tooLarge = tooLarge;
    this.whole = whole;
  }

  /**
   * Answers a body that breaks off, instead of closing the connection.
   *
   * @param text the answer, with 400
   * @param brokenOff gets the error before that
   */
  public BodyCollector orElse(String text, Consumer<String> brokenOff) {
    unreadable = text;
    this.brokenOff = brokenOff;
    return this;
  }

  @Override
  public boolean brokenOff(String error) {
    if (unreadable.isEmpty()) {
      return false;
    }
    if (!refused) {
      refused = true;
      brokenOff.accept(error);
      exchange.respond(400, unreadable + "\n");
    }
    return true;
  }

  @Override
  public void data(byte[] piece) {
    if (refused) {
      return;
    }
    if (body.size() + (long) piece.length > limitBytes) {
      refused = true;
      body.reset();
      exchange.respond(413, tooLarge + "\n");
      return;
    }
    body.writeBytes(piece);
  }

  @Override
  public void end() {
    if (!refused) {
      whole.accept(body.toByteArray());
    }
  }
}
