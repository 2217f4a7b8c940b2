package io.quorate.edge;

/** An accepted connection whose protocol is known. All on its event loop. */
sealed interface Connection permits Http2Session, Http1Connection {
  /** Takes no new requests, and closes once the running ones have ended. */
  void drain();
}
