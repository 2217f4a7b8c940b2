package io.quorate.edge;

import org.slf4j.Logger;

/** The event loops of one member and its listeners. */
@SuppressWarnings("DoNotCallSuggester")
public final class EdgeServer implements AutoCloseable {
  public EdgeServer(EdgeOptions options, EdgeListener listener, Logger log) {
    throw new UnsupportedOperationException();
  }

  /**
   * Binds {@code address} without answering yet.
   *
   * @throws ListenException if that cannot be done
   */
  public Listener bind(ListenAddress address, SocketOptions options) {
    throw new UnsupportedOperationException();
  }

  /** Closes all listeners and ends the event loops, without grace. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
