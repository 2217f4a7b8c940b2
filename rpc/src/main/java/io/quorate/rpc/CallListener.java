package io.quorate.rpc;

/** What a handler hears of one call, always on the call's event loop, never blocking it. */
public interface CallListener {
  /** A request message; {@code message} is the listener's own from here on. */
  void message(byte[] message);

  /** The client will send no more. */
  default void halfClosed() {}

  /**
   * The call ended without the handler's doing: the client cancelled or sent what cannot be read,
   * its connection was lost, the deadline passed. Not called after {@link ServerCall#finish}.
   */
  default void cancelled(Status why) {}

  /** The call takes messages again after {@link ServerCall#isWritable()} was false. */
  default void writable() {}
}
