package io.quorate.rpc;

/**
 * What a caller hears of one call: headers at most once, then messages, then {@code closed} exactly
 * once and last. One at a time, on whichever thread carries the connection: it must not block.
 */
public interface ClientCallListener {
  /** What the server sent along before its first message. */
  default void headers(Metadata headers) {}

  /** A response message; {@code message} is the listener's own from here on. */
  void message(byte[] message);

  /** The call takes messages again after {@link ClientCall#isWritable()} was false. */
  default void writable() {}

  /** The call has ended. */
  void closed(Status status, Metadata trailers);
}
