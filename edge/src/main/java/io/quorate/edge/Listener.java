package io.quorate.edge;

import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A bound address: clients can connect from the start and are answered from {@link #serve} on, or
 * sent away until then.
 */
public final class Listener implements AutoCloseable {
  private final EdgeServer server;
  private final ListenAddress address;
  private final Map<Channel, Optional<Connection>> connections = new ConcurrentHashMap<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicBoolean serving = new AtomicBoolean();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private volatile @Nullable Channel socket;
  private volatile @Nullable Serving what;
  private volatile @Nullable TlsEngines engines;
  private volatile boolean draining;

  Listener(EdgeServer server, ListenAddress address) {
    this.server = server;
    this.address = address;
  }

  public ListenAddress address() {
    return address;
  }

  /** Where it is bound in fact, the port resolved. */
  public SocketAddress localAddress() {
    return socket().localAddress();
  }

  /** Sends away whoever comes before {@link #serve}, at once instead of letting them wait. */
  public void refuse() {
    socket().config().setAutoRead(true);
  }

  /**
   * Begins to accept. Called once.
   *
   * @throws IllegalArgumentException if TLS cannot be set up as asked
   */
  public void serve(Serving serving) {
    if (!this.serving.compareAndSet(false, true)) {
      throw new IllegalStateException("serving already");
    }
    if (serving.tls().isPresent()) {
      engines = new TlsEngines(serving.tls().get());
    }
    what = serving;
    socket().config().setAutoRead(true);
  }

  /** The number of open connections. */
  public int connections() {
    return connections.size();
  }

  /**
   * Stops accepting, tells connections to go away and lets running calls and requests finish; what
   * is left after {@code grace} is cut. The future completes when no connection is left.
   */
  public CompletableFuture<Void> drain(Duration grace) {
    draining = true;
    socket()
        .close()
        .addListener(done -> {
          connections.forEach((channel, connection) -> drain(channel));
          completeWhenEmpty();
        });
    socket().eventLoop().schedule(this::cut, grace.toMillis(), TimeUnit.MILLISECONDS);
    return drained;
  }

  private void drain(Channel channel) {
    channel
        .eventLoop()
        .execute(() -> {
          Optional<Connection> connection = connections.getOrDefault(channel, Optional.empty());
          connection.ifPresentOrElse(Connection::drain, channel::close);
        });
  }

  private void completeWhenEmpty() {
    if (draining && connections.isEmpty()) {
      drained.complete(null);
    }
  }

  private void cut() {
    connections.keySet().forEach(Channel::close);
  }

  /** Stops accepting and cuts all connections. */
  @Override
  public void close() {
    draining = true;
    socket()
        .close()
        .addListener(done -> {
          cut();
          completeWhenEmpty();
        });
  }

  // ---- for its connections

  void bound(Channel channel) {
    socket = channel;
  }

  private Channel socket() {
    Channel channel = socket;
    if (channel == null) {
      throw new IllegalStateException("not bound");
    }
    return channel;
  }

  /**
   * A client is being accepted; on the event loop of the listening socket, which stops here when it
   * has enough.
   */
  void accepting(Channel channel) {
    open.incrementAndGet();
    channel
        .closeFuture()
        .addListener(done -> {
          open.decrementAndGet();
          acceptIfRoom();
        });
    acceptIfRoom();
  }

  private void acceptIfRoom() {
    Serving now = what;
    if (now == null || draining) {
      return;
    }
    int most = now.limits().maxConnections();
    boolean room = open.get() < most;
    socket().config().setAutoRead(room);
    if (!room && open.get() < most) {
      socket().config().setAutoRead(true); // one has closed meanwhile
    }
  }

  /** A client was accepted; on the event loop of {@code channel}. */
  void accepted(Channel channel) {
    Serving now = what;
    if (now == null || draining) {
      channel.close();
      return;
    }
    connections.put(channel, Optional.empty());
    events().connectionOpened(this);
    channel
        .closeFuture()
        .addListener(done -> {
          connections.remove(channel);
          events().connectionClosed(this);
          completeWhenEmpty();
        });
    channel.pipeline().addLast(ConnectionStart.plain(this, now));
    if (draining) {
      drain(channel);
    }
  }

  void became(Channel channel, Connection connection) {
    connections.replace(channel, Optional.of(connection));
    if (draining) {
      drain(channel);
    }
  }

  TlsEngines engines() {
    TlsEngines made = engines;
    if (made == null) {
      throw new IllegalStateException("no TLS");
    }
    return made;
  }

  /** Something that a call of its connections died of. */
  void failed(Throwable cause) {
    server.failed(cause);
  }

  EdgeListener events() {
    return server.events();
  }

  Logger log() {
    return server.log();
  }

  Optional<HeaderTrace> headers() {
    return server.headers();
  }

  /** For the {@code Date} header. */
  String date() {
    return server.date();
  }
}
