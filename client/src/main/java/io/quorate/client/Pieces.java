package io.quorate.client;

import io.quorate.rpc.CallOptions;
import io.quorate.rpc.ClientCall;
import io.quorate.rpc.ClientCallListener;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Status;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** A server's stream, taken message by message by one thread that waits for each. */
final class Pieces implements ClientCallListener {
  /** What arrives: a message, or with null the end. */
  private record News(byte @Nullable [] message, Status end) {}

  private final LinkedBlockingQueue<News> news = new LinkedBlockingQueue<>();
  private @Nullable ClientCall call;
  private Status end = Status.OK;

  private Pieces() {}

  /** The answers to an empty request. */
  static Pieces of(ClusterChannel channel, String method, CallOptions options) {
    return of(channel, method, new byte[0], options);
  }

  /**
   * Asks.
   *
   * @throws io.quorate.rpc.StatusException if the authentication before it fails
   */
  static Pieces of(ClusterChannel channel, String method, byte[] request, CallOptions options) {
    Pieces pieces = new Pieces();
    ClientCall started = channel.start(method, options, pieces);
    pieces.call = started;
    started.send(request);
    started.halfClose();
    return pieces;
  }

  @Override
  public void message(byte[] message) {
    news.add(new News(message, Status.OK));
  }

  @Override
  public void closed(Status status, Metadata trailers) {
    news.add(new News(null, status));
  }

  /** The next message; empty at the end. */
  Optional<byte[]> next() {
    try {
      News one = news.take();
      byte[] message = one.message;
      if (message == null) {
        end = one.end;
        return Optional.empty();
      }
      if (call != null) {
        call.request(1);
      }
      return Optional.of(message);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      cancel();
      end = Status.CANCELLED;
      return Optional.empty();
    }
  }

  void cancel() {
    if (call != null) {
      call.cancel();
    }
  }

  /** How it ended, once {@link #next} was empty. */
  Status end() {
    return end;
  }
}
