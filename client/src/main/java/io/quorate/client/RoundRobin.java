package io.quorate.client;

import io.quorate.rpc.CallOptions;
import io.quorate.rpc.Channel;
import io.quorate.rpc.ClientCall;
import io.quorate.rpc.ClientCallListener;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import io.quorate.rpc.socket.EndpointChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Several endpoints as one channel: all are kept connected, each call goes to the next one that is
 * ready, and waits while none is. A call that reached no server is given to another.
 *
 * <p>The first call is different. Many programs make no second one, and should not pay for
 * connections and threads that nobody uses: it tries one endpoint, in its own thread. Where that
 * does not answer soon, and with the next call, all are connected.
 */
final class RoundRobin implements Channel {
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long FIRST_ATTEMPT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final List<EndpointChannel> channels;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int next; // guarded by lock after the first call
  private final AtomicBoolean called = new AtomicBoolean();
  private volatile boolean closed;

  RoundRobin(List<EndpointChannel> channels) {
    this.channels = List.copyOf(channels);
    this.next = ThreadLocalRandom.current().nextInt(channels.size());
    for (EndpointChannel channel : channels) {
      channel.onChange(this::wake);
    }
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable EndpointChannel ready() {
    lock.lock();
    try {
      for (int i = 0; i < channels.size(); i++) {
        EndpointChannel channel = channels.get(next);
        next = (next + 1) % channels.size();
        if (channel.isReady()) {
          return channel;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private void connectAll() {
    for (EndpointChannel channel : channels) {
      channel.stayConnected();
    }
  }

  private EndpointChannel pick(CallOptions options) {
    options.requireTimeLeft();
    connectAll();
    while (true) {
      if (closed) {
        throw new StatusException(Status.CHANNEL_CLOSED);
      }
      EndpointChannel channel = ready();
      if (channel != null) {
        return channel;
      }
      if (!options.waitForReady()) {
        throw new StatusException(channels.getFirst().lastFailure());
      }
      long left = LOOK_NANOS;
      if (options.deadlineNanos().isPresent()) {
        left = Math.min(left, options.deadlineNanos().getAsLong() - System.nanoTime());
        if (left <= 0) {
          throw channels.getLast().waitedInVain(Status.DEADLINE_EXCEEDED);
        }
      }
      lock.lock();
      try {
        boolean any = false;
        for (EndpointChannel one : channels) {
          any |= one.isReady();
        }
        if (!any) {
          changed.awaitNanos(left);
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new StatusException(Status.CANCELLED);
      } finally {
        lock.unlock();
      }
    }
  }

  /** The endpoint for the first call, if it is one and that endpoint answers soon. */
  private @Nullable EndpointChannel first(CallOptions options) {
    if (called.getAndSet(true)) {
      return null;
    }
    long limit = FIRST_ATTEMPT_NANOS;
    if (options.deadlineNanos().isPresent()) {
      limit = Math.min(limit, options.deadlineNanos().getAsLong() - System.nanoTime());
    }
    EndpointChannel channel = channels.get(next);
    return limit > 0 && channel.connectWithin(limit) ? channel : null;
  }

  @Override
  public byte[] unary(String method, byte[] request, CallOptions options) {
    EndpointChannel channel = first(options);
    while (true) {
      try {
        EndpointChannel to = channel == null ? pick(options) : channel;
        channel = null;
        return to.unary(method, request, options.withWaitForReady(false));
      } catch (StatusException e) {
        if (!options.waitForReady() || closed || !EndpointChannel.reachedNoServer(e.status())) {
          throw e;
        }
      }
    }
  }

  @Override
  public ClientCall start(String method, CallOptions options, ClientCallListener listener) {
    called.set(true);
    connectAll();
    EndpointChannel channel = ready();
    if (channel != null) {
      return channel.start(method, options.withWaitForReady(false), listener);
    }
    Deferred call = new Deferred();
    Thread.ofVirtual()
        .start(() -> {
          try {
            EndpointChannel late = pick(options);
            call.begin(late.start(method, options.withWaitForReady(false), listener));
          } catch (StatusException e) {
            listener.closed(e.status(), new Metadata());
          }
        });
    return call;
  }

  @Override
  public void close() {
    closed = true;
    wake();
    for (EndpointChannel channel : channels) {
      channel.close();
    }
  }

  /** A call that waits for its endpoint: what is done to it meanwhile is done to it then. */
  private static final class Deferred implements ClientCall {
    private final List<Consumer<ClientCall>> later = new ArrayList<>(); // guarded by this
    private @Nullable ClientCall call; // guarded by this

    synchronized void begin(ClientCall started) {
      for (Consumer<ClientCall> one : later) {
        one.accept(started);
      }
      call = started;
    }

    private synchronized void whenBegun(Consumer<ClientCall> what) {
      if (call == null) {
        later.add(what);
      } else {
        what.accept(call);
      }
    }

    @Override
    public void send(byte[] message) {
      whenBegun(started -> started.send(message));
    }

    @Override
    public void halfClose() {
      whenBegun(ClientCall::halfClose);
    }

    @Override
    public void request(int count) {
      whenBegun(started -> started.request(count));
    }

    @Override
    public void cancel() {
      whenBegun(ClientCall::cancel);
    }

    @Override
    public synchronized boolean isWritable() {
      return call != null && call.isWritable();
    }
  }
}
