package io.quorate.edge;

/** What a handler hears of one request, always on its event loop. */
public interface HttpReceiver {
  /** Cares for nothing: the body is discarded. */
  HttpReceiver NONE = new HttpReceiver() {};

  /** A piece of the body; the array is the receiver's own from here on. */
  default void data(byte[] piece) {}

  /** The request is complete. */
  default void end() {}

  /**
   * The body breaks off: the client sends no more, is silent for too long, resets the connection,
   * or sends what is no body. But for a reset it can still read an answer, after which the
   * connection closes. Nothing else of the body is heard afterwards.
   *
   * @param error in Go's words
   * @return whether there is or will be an answer; if not, the connection closes at once
   */
  default boolean brokenOff(String error) {
    return false;
  }

  /** The client has gone before the response was complete. Nothing else is called afterwards. */
  default void aborted() {}

  /** The response takes more after {@link HttpExchange#isWritable()} was false. */
  default void writable() {}
}
