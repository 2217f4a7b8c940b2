package io.quorate.rpc;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call without a wire: two queues of messages between two turns, the handler's and the
 * listener's. What each side may see next is decided under the lock, told outside of it.
 */
final class DirectCall implements ClientCall {
  private static final int WINDOW_BYTES = 64 * 1024;

  private final String method;
  private final CallOptions options;
  private final ClientCallListener client;
  private final SocketAddress caller;
  private final Consumer<DirectCall> ended;
  private final InTurn clientTurn = new InTurn();
  private final InTurn serverTurn = new InTurn();
  private final Object lock = new Object();
  private final Server server = new Server();
  private @Nullable CallListener handler; // owned by serverTurn

  // All below is guarded by lock.
  private final ArrayDeque<byte[]> requests = new ArrayDeque<>();
  private final ArrayDeque<byte[]> responses = new ArrayDeque<>();
  private long requestBytes;
  private long responseBytes;
  private long requestsTaken = 1;
  private long responsesTaken = 1;
  private boolean requestsStalled;
  private boolean responsesStalled;
  private boolean halfClosed;
  private boolean halfClosedTold;
  private @Nullable Status end;
  private Metadata trailers = new Metadata();
  private boolean endTold;
  private @Nullable Future<?> expiry;

  DirectCall(
      String method,
      CallOptions options,
      ClientCallListener client,
      SocketAddress caller,
      Consumer<DirectCall> ended) {
    this.method = method;
    this.options = options;
    this.client = client;
    this.caller = caller;
    this.ended = ended;
  }

  void begin(CallHandler service) {
    serverTurn.execute(() -> handler = service.start(server));
    serverTurn.execute(this::tellServer);
  }

  void expireBy(DeadlineTimer timer, long deadlineNanos) {
    Future<?> future = timer.at(deadlineNanos, () -> fail(Status.DEADLINE_EXCEEDED));
    synchronized (lock) {
      expiry = future;
      if (end != null) {
        future.cancel(false);
      }
    }
  }

  /** Ends the call on the client's behalf; what was queued is dropped. */
  void fail(Status why) {
    if (end(why, new Metadata(), true)) {
      serverTurn.execute(() -> {
        if (handler != null) {
          handler.cancelled(why);
        }
      });
    }
  }

  private boolean end(Status status, Metadata with, boolean drop) {
    synchronized (lock) {
      if (end != null) {
        return false;
      }
      end = status;
      trailers = with;
      requests.clear();
      if (drop) {
        responses.clear();
      }
      if (expiry != null) {
        expiry.cancel(false);
      }
    }
    ended.accept(this);
    clientTurn.execute(this::tellClient);
    return true;
  }

  @Override
  public void send(byte[] message) {
    if (message.length > options.maxSendBytes()) {
      fail(MessageWriter.tooLarge(message.length, options.maxSendBytes()));
      return;
    }
    synchronized (lock) {
      if (end != null || halfClosed) {
        return;
      }
      requests.add(message);
      requestBytes += message.length;
    }
    serverTurn.execute(this::tellServer);
  }

  @Override
  public void halfClose() {
    synchronized (lock) {
      halfClosed = true;
    }
    serverTurn.execute(this::tellServer);
  }

  @Override
  public void request(int count) {
    synchronized (lock) {
      responsesTaken += count;
    }
    clientTurn.execute(this::tellClient);
  }

  @Override
  public void cancel() {
    fail(Status.CANCELLED);
  }

  @Override
  public boolean isWritable() {
    synchronized (lock) {
      requestsStalled = requestBytes >= WINDOW_BYTES;
      return !requestsStalled;
    }
  }

  /** On serverTurn: whatever the handler may hear by now. */
  private void tellServer() {
    CallListener listener = handler;
    if (listener == null) {
      return;
    }
    while (true) {
      byte[] message;
      boolean writable = false;
      synchronized (lock) {
        if (end != null) {
          return;
        }
        message = requestsTaken > 0 ? requests.poll() : null;
        if (message != null) {
          requestsTaken--;
          requestBytes -= message.length;
          writable = requestsStalled && requestBytes < WINDOW_BYTES;
          requestsStalled &= !writable;
        } else if (!halfClosed || halfClosedTold || !requests.isEmpty()) {
          return;
        } else {
          halfClosedTold = true;
        }
      }
      if (message == null) {
        listener.halfClosed();
      } else {
        listener.message(message);
      }
      if (writable) {
        clientTurn.execute(client::writable);
      }
    }
  }

  /** On clientTurn: whatever the caller may hear by now. */
  private void tellClient() {
    while (true) {
      byte[] message;
      Status status = null;
      boolean writable = false;
      synchronized (lock) {
        if (endTold) {
          return;
        }
        message = responsesTaken > 0 ? responses.poll() : null;
        if (message != null) {
          responsesTaken--;
          responseBytes -= message.length;
          writable = end == null && responsesStalled && responseBytes < WINDOW_BYTES;
          responsesStalled &= !writable;
        } else if (responses.isEmpty() && end != null) {
          status = end;
          endTold = true;
        } else {
          return;
        }
      }
      if (message != null) {
        client.message(message);
      } else if (status != null) {
        client.closed(status, trailers);
      }
      if (writable) {
        serverTurn.execute(() -> {
          if (handler != null && !server.isEnded()) {
            handler.writable();
          }
        });
      }
    }
  }

  /** The handler's end. */
  private final class Server implements ServerCall {
    @Override
    public String method() {
      return method;
    }

    @Override
    public Metadata metadata() {
      return options.metadata();
    }

    @Override
    public SocketAddress remoteAddress() {
      return caller;
    }

    @Override
    public OptionalLong deadlineNanos() {
      return options.deadlineNanos();
    }

    @Override
    public void send(Payload payload) {
      byte[] message;
      try {
        if (isEnded()) {
          return;
        }
        if (payload.length() > options.maxReceiveBytes()) {
          fail(
              new Status(
                  Code.RESOURCE_EXHAUSTED,
                  "grpc: received message larger than max ("
                      + payload.length()
                      + " vs. "
                      + options.maxReceiveBytes()
                      + ")"));
          return;
        }
        message = new byte[payload.length()];
        ByteBuffer into = ByteBuffer.wrap(message);
        while (into.hasRemaining()) {
          payload.writeTo(into);
        }
      } finally {
        payload.release();
      }
      synchronized (lock) {
        if (end != null) {
          return;
        }
        responses.add(message);
        responseBytes += message.length;
      }
      clientTurn.execute(DirectCall.this::tellClient);
    }

    @Override
    public void finish(Status status, Metadata with) {
      end(status, with, false);
    }

    @Override
    public boolean isWritable() {
      synchronized (lock) {
        responsesStalled = responseBytes >= WINDOW_BYTES;
        return !responsesStalled;
      }
    }

    @Override
    public boolean isEnded() {
      synchronized (lock) {
        return end != null;
      }
    }

    @Override
    public void request(int count) {
      synchronized (lock) {
        requestsTaken += count;
      }
      serverTurn.execute(DirectCall.this::tellServer);
    }

    @Override
    public void execute(Runnable task) {
      serverTurn.execute(task);
    }
  }
}
