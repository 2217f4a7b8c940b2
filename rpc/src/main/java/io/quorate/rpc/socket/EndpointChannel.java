package io.quorate.rpc.socket;

import io.quorate.rpc.CallOptions;
import io.quorate.rpc.Channel;
import io.quorate.rpc.ClientCall;
import io.quorate.rpc.ClientCallListener;
import io.quorate.rpc.Code;
import io.quorate.rpc.DeadlineTimer;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import io.quorate.rpc.UnaryWait;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A channel to one server: one connection at a time, made when a call needs it (or kept always, see
 * {@link #stayConnected}), and made again after a loss, with growing pauses while that fails. A
 * unary call connects in its own thread; the others wait on a virtual thread until there is a
 * connection.
 */
public final class EndpointChannel implements Channel {
  private static final double BACKOFF_FACTOR = 1.6;
  private static final double BACKOFF_JITTER = 0.2;
  private static final long MAX_BACKOFF_NANOS = TimeUnit.SECONDS.toNanos(120);

  /** A waiting call looks at least this often whether it has been cancelled. */
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final Status NOT_CONNECTED = new Status(Code.UNAVAILABLE, "not connected");

  private final Endpoint endpoint;
  private final DeadlineTimer timer = new DeadlineTimer("rpc-deadlines");
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private volatile boolean keepConnected; // set under lock

  // All below is guarded by lock.
  private ChannelOptions options;
  private final Set<Connection> connections = new HashSet<>(4);
  private @Nullable Connection current;
  private boolean connecting;
  private boolean connectorRuns; // as long as keepConnected and nothing is current
  private int failures;
  private long nextAttemptNanos;
  private Status lastFailure = NOT_CONNECTED;
  private boolean closed;
  private @Nullable Runnable listener;

  public EndpointChannel(Endpoint endpoint, ChannelOptions options) {
    this.endpoint = endpoint;
    this.options = options;
    this.nextAttemptNanos = System.nanoTime();
  }

  /**
   * Connects now, and from now on again after every loss. Calls use only connections on which the
   * server has been heard.
   */
  public void stayConnected() {
    if (keepConnected) {
      return;
    }
    Connection present;
    lock.lock();
    try {
      if (keepConnected || closed) {
        return;
      }
      keepConnected = true;
      present = current;
    } finally {
      lock.unlock();
    }
    if (present != null) {
      present.watchOver();
    } else {
      connectInBackground();
    }
  }

  /**
   * Makes one attempt to connect in this thread, and listens for the server. For a program that
   * makes a single call: no other thread is needed then.
   *
   * @param nanos the most that both may take
   * @return whether the channel is ready; false too where somebody else connects it
   */
  public boolean connectWithin(long nanos) {
    long deadline = System.nanoTime() + nanos;
    lock.lock();
    try {
      // A read from a unix socket cannot be limited in time.
      if (endpoint.unixPath().isPresent() || closed || connecting || current != null) {
        return false;
      }
      connecting = true;
    } finally {
      lock.unlock();
    }
    connect(nanos);
    Connection made;
    lock.lock();
    try {
      made = current;
    } finally {
      lock.unlock();
    }
    return made != null && made.awaitReady(deadline);
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  /** Whether the server has been heard on a connection that is still open. */
  public boolean isReady() {
    lock.lock();
    try {
      Connection connection = current;
      return connection != null && connection.isReady() && connection.isOpen();
    } finally {
      lock.unlock();
    }
  }

  /** Why the last attempt to connect failed. */
  public Status lastFailure() {
    lock.lock();
    try {
      return lastFailure;
    } finally {
      lock.unlock();
    }
  }

  /** Whether {@code status} ended a call that no server can have heard of: another may try it. */
  public static boolean reachedNoServer(Status status) {
    return status.code() == Code.UNAVAILABLE
        && (status.equals(NOT_CONNECTED)
            || status.message().startsWith("connection error: desc = "));
  }

  /** Runs {@code task} after each change of {@link #isReady}, on any thread; it must not block. */
  public void onChange(Runnable task) {
    lock.lock();
    try {
      listener = task;
    } finally {
      lock.unlock();
    }
  }

  // ---- calls

  @Override
  public byte[] unary(String method, byte[] request, CallOptions callOptions) {
    callOptions.requireTimeLeft();
    UnaryWait wait = new UnaryWait();
    Stream stream = new Stream(method, callOptions, wait, Thread.currentThread());
    stream.request(1); // a second message, which must not come, and the end behind it
    stream.send(request);
    stream.halfClose();
    Connection last = null;
    while (!wait.isDone()) {
      Connection connection = acquire(stream);
      last = connection;
      if (open(connection, stream, true)) {
        connection.await(stream, wait);
      }
    }
    Status end = wait.status();
    if (last != null && !end.isOk()) {
      boolean heard = last.isReady() || end.code() != Code.DEADLINE_EXCEEDED;
      throw heard ? StatusException.at(last.peer(), end) : waitedInVain(end);
    }
    return wait.result();
  }

  @Override
  public ClientCall start(String method, CallOptions callOptions, ClientCallListener callListener) {
    Stream stream = new Stream(method, callOptions, callListener, null);
    if (callOptions.deadlineNanos().isPresent()) {
      stream.expireBy(
          timer.at(
              callOptions.deadlineNanos().getAsLong(),
              () -> stream.fail(Status.DEADLINE_EXCEEDED)));
    }
    Connection connection = usable();
    if (connection == null || !open(connection, stream, false)) {
      openInBackground(stream);
    }
    return stream;
  }

  private void openInBackground(Stream stream) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            while (!stream.isEnded() && !open(acquire(stream), stream, false)) {
              // that one was about to close; the next
            }
          } catch (StatusException e) {
            stream.receiveEnd(e.status(), new Metadata());
          }
        });
  }

  /** False if the connection takes no more calls; then the next is another. */
  private boolean open(Connection connection, Stream stream, boolean lone) {
    boolean taken = connection.open(stream, lone);
    if (!taken) {
      retire(connection);
    }
    return taken;
  }

  /** It ends with the calls that it has, and is offered to no others. */
  private void retire(Connection connection) {
    lock.lock();
    try {
      if (current == connection) {
        current = null;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    lookAfter();
  }

  private @Nullable Connection usable() {
    lock.lock();
    try {
      Connection connection = current;
      boolean fit =
          !closed
              && connection != null
              && connection.isOpen()
              && (connection.isReady() || !keepConnected)
              && !connection.needsProbe();
      return fit ? connection : null;
    } finally {
      lock.unlock();
    }
  }

  /** A connection for the call, waited for as its options say. */
  private Connection acquire(Stream stream) {
    boolean timed = stream.options.deadlineNanos().isPresent();
    long deadline = timed ? stream.options.deadlineNanos().getAsLong() : 0;
    while (true) {
      Connection connection = usable();
      if (connection != null) {
        return connection;
      }
      if (stream.isEnded()) {
        throw new StatusException(Status.CANCELLED);
      }
      long now = System.nanoTime();
      long left = timed ? deadline - now : Long.MAX_VALUE;
      if (left <= 0) {
        throw waitedInVain(Status.DEADLINE_EXCEEDED);
      }
      Connection unsure = null;
      boolean mine = false;
      lock.lock();
      try {
        if (closed) {
          throw new StatusException(Status.CHANNEL_CLOSED);
        }
        long pause = nextAttemptNanos - now;
        if (current != null && current.isOpen() && current.needsProbe()) {
          unsure = current;
        } else if (current == null && !connecting && !keepConnected && pause <= 0) {
          connecting = true;
          mine = true;
        } else if (!stream.options.waitForReady()
            && (keepConnected || (current == null && !connecting))) {
          throw new StatusException(lastFailure);
        } else if (current == null || keepConnected) {
          boolean ownTry = current == null && !connecting && !keepConnected;
          long most = ownTry ? Math.min(pause, LOOK_NANOS) : LOOK_NANOS;
          changed.awaitNanos(Math.min(left, most));
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new StatusException(Status.CANCELLED);
      } finally {
        lock.unlock();
      }
      if (unsure != null) {
        unsure.probe();
      } else if (mine) {
        connect(left);
        if (!stream.options.waitForReady() && usable() == null && !keepConnected) {
          if (timed && deadline - System.nanoTime() <= 0) {
            throw waitedInVain(Status.DEADLINE_EXCEEDED);
          }
          throw new StatusException(lastFailure());
        }
      }
    }
  }

  /** The end of a call that has waited for this channel to become ready. */
  public StatusException waitedInVain(Status end) {
    Status failure = lastFailure();
    return failure == NOT_CONNECTED
        ? StatusException.whileConnecting(end)
        : StatusException.withoutConnection(end, failure);
  }

  // ---- connecting

  /**
   * On a platform thread: a virtual one that waits for a socket makes the JVM start its poller, and
   * with that a program's exit takes 300 ms.
   */
  private void connectInBackground() {
    lock.lock();
    try {
      if (connectorRuns) {
        return; // it looks again itself
      }
      connectorRuns = true;
    } finally {
      lock.unlock();
    }
    Thread connector = new Thread(this::connectAndReturn, "rpc-connect");
    connector.setDaemon(true);
    connector.start();
  }

  private void connectAndReturn() {
    try {
      while (true) {
        lock.lock();
        try {
          if (closed || current != null) {
            connectorRuns = false;
            return;
          }
          if (connecting) {
            changed.await(); // a call's attempt, which may fail
            continue;
          }
          long pause = nextAttemptNanos - System.nanoTime();
          if (pause > 0) {
            changed.awaitNanos(pause);
            continue;
          }
          connecting = true;
        } finally {
          lock.unlock();
        }
        connect(Long.MAX_VALUE);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Makes one attempt, in this thread, which has set {@code connecting}. */
  private void connect(long leftNanos) {
    long timeout = options.connectTimeout().toNanos();
    Connection made = null;
    Status failure = null;
    boolean cutShort = false;
    try {
      long deadline = System.nanoTime() + Math.min(timeout, leftNanos);
      Wire wire = Wire.connect(endpoint, options, deadline);
      made = new Connection(wire, endpoint, options, new News(), timer);
    } catch (IOException e) {
      failure = new Status(Code.UNAVAILABLE, Wire.dialError(endpoint, e));
      // The caller ran out of time, which says nothing about the server.
      cutShort = leftNanos < timeout && e instanceof SocketTimeoutException;
    } catch (RuntimeException e) {
      failure = new Status(Code.UNAVAILABLE, Wire.dialError(endpoint, new IOException(e)));
    }
    boolean late = false;
    boolean watch = false;
    lock.lock();
    try {
      connecting = false;
      if (made != null && closed) {
        late = true;
      } else if (made != null) {
        connections.add(made);
        current = made;
        watch = keepConnected;
      } else if (failure != null) {
        if (!cutShort || lastFailure == NOT_CONNECTED) {
          lastFailure = failure;
        }
        if (!cutShort) {
          pauseBeforeNext();
        }
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (made != null && late) {
      made.close(Status.CHANNEL_CLOSED);
    } else if (made != null && watch) {
      made.watchOver();
    }
  }

  /** Under the lock. */
  private void pauseBeforeNext() {
    double pause =
        Math.min(
            options.firstBackoff().toNanos() * Math.pow(BACKOFF_FACTOR, failures),
            MAX_BACKOFF_NANOS);
    double jitter = 1 + BACKOFF_JITTER * (2 * ThreadLocalRandom.current().nextDouble() - 1);
    failures++;
    nextAttemptNanos = System.nanoTime() + (long) (pause * jitter);
  }

  /** What the connections tell us. */
  private final class News implements Connection.Owner {
    @Override
    public void ready(Connection connection) {
      lock.lock();
      try {
        failures = 0;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      tell();
    }

    @Override
    public void draining(Connection connection, boolean tooManyPings) {
      if (tooManyPings) {
        lock.lock();
        try {
          options =
              options.withKeepalive(
                  options.keepaliveTime().multipliedBy(2), options.keepaliveTimeout());
        } finally {
          lock.unlock();
        }
      }
      retire(connection);
    }

    @Override
    public void closed(Connection connection, boolean wasReady, Status why) {
      lock.lock();
      try {
        connections.remove(connection);
        if (current == connection) {
          current = null;
        }
        if (!wasReady) {
          lastFailure = why;
          pauseBeforeNext();
        }
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      lookAfter();
    }

    @Override
    public void again(Stream stream, boolean wasReady, Status why) {
      if ((!wasReady && !stream.options.waitForReady()) || !stream.rewind()) {
        stream.receiveEnd(why, new Metadata());
        return;
      }
      if (!wasReady) {
        stream.forgiveTry();
      }
      if (stream.isAwaited()) {
        stream.wake(); // its caller finds it another connection
      } else {
        openInBackground(stream);
      }
    }
  }

  private void lookAfter() {
    boolean keep;
    lock.lock();
    try {
      keep = keepConnected && !closed;
    } finally {
      lock.unlock();
    }
    if (keep) {
      connectInBackground();
    }
    tell();
  }

  private void tell() {
    Runnable task;
    lock.lock();
    try {
      task = listener;
    } finally {
      lock.unlock();
    }
    if (task != null) {
      task.run();
    }
  }

  @Override
  public void close() {
    List<Connection> open;
    lock.lock();
    try {
      closed = true;
      current = null;
      open = new ArrayList<>(connections);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    for (Connection connection : open) {
      connection.close(Status.CHANNEL_CLOSED);
    }
    timer.close();
  }
}
