package io.quorate.server;

import io.quorate.rpc.CallHandler;
import io.quorate.rpc.ServerCall;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Work for one call that has no end of its own: when the client gives up, by its deadline or
 * otherwise, the work is cancelled.
 */
final class GivenUp {
  // Guarded by this.
  private @Nullable CompletableFuture<?> work;
  private boolean over;

  /** A unary method whose work lasts as long as its caller waits. */
  @FunctionalInterface
  interface Patient {
    void handle(byte[] request, ServerCall call, GivenUp until);
  }

  static CallHandler of(Patient method) {
    return call -> {
      var until = new GivenUp();
      return Unary.listener(
          (bytes, same) -> method.handle(bytes, same, until), call, until::cancel);
    };
  }

  /** {@code begun} is cancelled when the client gives up, or now if it has. */
  synchronized <T> CompletableFuture<T> cancels(CompletableFuture<T> begun) {
    work = begun;
    if (over) {
      begun.cancel(false);
    }
    return begun;
  }

  private synchronized void cancel() {
    over = true;
    if (work != null) {
      work.cancel(false);
    }
  }
}
