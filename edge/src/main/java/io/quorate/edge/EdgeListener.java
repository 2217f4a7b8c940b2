package io.quorate.edge;

import io.quorate.rpc.Code;
import io.quorate.rpc.Method;

/** What metrics and logs want to know. Called on event loops; must not block or throw. */
public interface EdgeListener {
  /** Hears nothing. */
  EdgeListener NONE = new EdgeListener() {};

  default void connectionOpened(Listener listener) {}

  default void connectionClosed(Listener listener) {}

  default void connectionRejected(Listener listener, RejectedConnection rejected) {}

  /** A call of a known method begins: a unary one when it has its request. */
  default void callStarted(Method method) {}

  /** A call that has begun ended with {@code code}, by whomever. {@code nanos} after its start. */
  default void callHandled(Method method, Code code, long nanos) {}

  /** A request message arrived; {@code bytes} without the frame, after decompression. */
  default void messageReceived(Method method, int bytes) {}

  /** A response message was queued; {@code bytes} without the frame, before compression. */
  default void messageSent(Method method, int bytes) {}
}
