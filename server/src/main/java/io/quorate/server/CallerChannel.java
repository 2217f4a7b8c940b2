package io.quorate.server;

import io.quorate.rpc.CallOptions;
import io.quorate.rpc.Channel;
import io.quorate.rpc.ClientCall;
import io.quorate.rpc.ClientCallListener;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * This member's own services as a caller of it sees them: each call carries what he has sent along.
 *
 * <p>When the caller gives up, what is open is cancelled, and no stream begins any more; short
 * calls still go through, for whoever has to tidy up. No thread is interrupted for it: the services
 * run in the thread that calls them.
 */
final class CallerChannel implements Channel {
  private final Channel services;
  private final Metadata sentAlong;
  private final Map<Object, Runnable> cancellations = new ConcurrentHashMap<>();
  private volatile boolean givenUp;

  CallerChannel(Channel services, Metadata sentAlong) {
    this.services = services;
    this.sentAlong = sentAlong;
  }

  private CallOptions ours(CallOptions options) {
    return options.withMetadata(new Metadata().addAll(sentAlong).addAll(options.metadata()));
  }

  @Override
  public byte[] unary(String method, byte[] request, CallOptions options) {
    CompletableFuture<byte[]> answer = services.unaryAsync(method, request, ours(options));
    Object entry = new Object();
    cancellations.put(entry, () -> answer.cancel(false));
    try {
      return answer.join();
    } catch (CancellationException _) {
      throw new StatusException(Status.CANCELLED);
    } catch (CompletionException e) {
      if (e.getCause() instanceof StatusException refused) {
        throw refused;
      }
      throw e;
    } finally {
      cancellations.remove(entry);
    }
  }

  @Override
  public ClientCall start(String method, CallOptions options, ClientCallListener listener) {
    Relay relay = new Relay(listener);
    ClientCall call = services.start(method, ours(options), relay);
    cancellations.put(relay, call::cancel);
    if (relay.over) {
      cancellations.remove(relay);
    }
    if (givenUp) {
      call.cancel();
    }
    return call;
  }

  /** Notes the end of a stream. */
  private final class Relay implements ClientCallListener {
    private final ClientCallListener listener;
    private volatile boolean over;

    Relay(ClientCallListener listener) {
      this.listener = listener;
    }

    @Override
    public void headers(Metadata headers) {
      listener.headers(headers);
    }

    @Override
    public void message(byte[] message) {
      listener.message(message);
    }

    @Override
    public void writable() {
      listener.writable();
    }

    @Override
    public void closed(Status status, Metadata trailers) {
      over = true;
      cancellations.remove(this);
      listener.closed(status, trailers);
    }
  }

  /** The caller has gone. */
  void giveUp() {
    givenUp = true;
    cancellations.values().forEach(Runnable::run);
  }

  @Override
  public void close() {
    giveUp();
  }
}
