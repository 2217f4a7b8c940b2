package io.quorate.edge;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A bound address: clients can connect from the start and are answered from {@link #serve} on. */
@SuppressWarnings("DoNotCallSuggester")
public final class Listener implements AutoCloseable {
  Listener() {}

  public ListenAddress address() {
    throw new UnsupportedOperationException();
  }

  /** Where it is bound in fact, the port resolved. */
  public SocketAddress localAddress() {
    throw new UnsupportedOperationException();
  }

  /** Begins to accept. Called once. */
  public void serve(Serving serving) {
    throw new UnsupportedOperationException();
  }

  /**
   * Stops accepting, tells connections to go away and lets running calls and requests finish; what
   * is left after {@code grace} is cut. The future completes when no connection is left.
   */
  public CompletableFuture<Void> drain(Duration grace) {
    throw new UnsupportedOperationException();
  }

  /** Stops accepting and cuts all connections. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
