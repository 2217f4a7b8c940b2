package io.quorate.edge;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;

/** The event loops of one member and its listeners. */
public final class EdgeServer implements AutoCloseable {
  private static final int BACKLOG = 4096;
  private static final int TCP_KEEPALIVE_SECONDS = 30;
  private static final int WRITE_LOW_BYTES = 64 * 1024;
  private static final int WRITE_HIGH_BYTES = 256 * 1024;

  private final EdgeListener events;
  private final Logger log;
  private final Optional<HeaderTrace> headers;
  private final boolean epoll;
  private final EventLoopGroup loops;
  private final HttpDate date = new HttpDate();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Throwable> unreadable = new CompletableFuture<>();

  public EdgeServer(EdgeOptions options, EdgeListener listener, Logger log) {
    this.events = listener;
    this.log = log;
    this.headers = options.headers();
    if (options.quietNetty()) {
      silenceNetty();
    }
    this.epoll = options.nativeTransport() && Epoll.isAvailable();
    IoHandlerFactory transport = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    String prefix = options.threadPrefix();
    this.loops =
        new MultiThreadIoEventLoopGroup(
            options.eventLoops(),
            new DefaultThreadFactory(prefix, true) {
              private int number;

              @Override
              protected Thread newThread(Runnable task, String name) {
                return super.newThread(task, prefix + number++);
              }
            },
            transport);
  }

  /** For the whole JVM: Netty offers no smaller place. */
  private static void silenceNetty() {
    InternalLoggerFactory.setDefaultFactory(new QuietLoggers());
    if (System.getProperty("io.netty.leakDetection.level") == null) {
      ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }
  }

  /**
   * Binds {@code address} without answering yet.
   *
   * @throws ListenException if that cannot be done
   */
  public Listener bind(ListenAddress address, SocketOptions options) {
    Listener listener = new Listener(this, address);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .handler(
                new ChannelInboundHandlerAdapter() {
                  @Override
                  public void channelRead(ChannelHandlerContext ctx, Object child) {
                    listener.accepting((Channel) child);
                    ctx.fireChannelRead(child);
                  }
                })
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(WRITE_LOW_BYTES, WRITE_HIGH_BYTES))
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    listener.accepted(channel);
                  }
                });
    SocketAddress where =
        switch (address) {
          case ListenAddress.Tcp tcp -> {
            tcp(bootstrap, options);
            if (tcp.address().isUnresolved()) {
              throw new ListenException(
                  address,
                  "lookup " + tcp.address().getHostString() + ": no such host",
                  new java.net.UnknownHostException(tcp.address().getHostString()));
            }
            yield tcp.address();
          }
          case ListenAddress.Unix unix -> unix(bootstrap, unix);
        };
    ChannelFuture bound = bootstrap.bind(where).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new ListenException(address, "bind: " + problem(bound.cause()), bound.cause());
    }
    listener.bound(bound.channel());
    if (address instanceof ListenAddress.Unix unix) {
      bound.channel().closeFuture().addListener(done -> Files.deleteIfExists(Path.of(unix.path())));
    }
    listeners.add(listener);
    return listener;
  }

  private void tcp(ServerBootstrap bootstrap, SocketOptions options) {
    Class<? extends ServerChannel> kind =
        epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    bootstrap
        .channel(kind)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true);
    if (epoll) {
      bootstrap
          .childOption(EpollChannelOption.TCP_KEEPIDLE, TCP_KEEPALIVE_SECONDS)
          .childOption(EpollChannelOption.TCP_KEEPINTVL, TCP_KEEPALIVE_SECONDS);
      if (options.reusePort()) {
        bootstrap.option(EpollChannelOption.SO_REUSEPORT, true);
      }
    } else {
      bootstrap
          .childOption(
              NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), TCP_KEEPALIVE_SECONDS)
          .childOption(
              NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), TCP_KEEPALIVE_SECONDS);
      if (options.reusePort()) {
        bootstrap.option(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true);
      }
    }
  }

  private SocketAddress unix(ServerBootstrap bootstrap, ListenAddress.Unix unix) {
    try {
      Files.deleteIfExists(Path.of(unix.path()));
    } catch (IOException e) {
      throw new ListenException(unix, "bind: " + problem(e), e);
    }
    bootstrap.channel(
        epoll ? EpollServerDomainSocketChannel.class : NioServerDomainSocketChannel.class);
    return unixAddress(unix.path());
  }

  private SocketAddress unixAddress(String path) {
    return epoll ? new DomainSocketAddress(path) : UnixDomainSocketAddress.of(path);
  }

  /** The system's error as Go words it. */
  private static String problem(Throwable cause) {
    String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    for (String known :
        List.of(
            "address already in use",
            "cannot assign requested address",
            "permission denied",
            "no such file or directory",
            "invalid argument",
            "too many open files")) {
      if (text.contains(known)) {
        return known;
      }
    }
    return text;
  }

  /** For a connection to somebody else. */
  Bootstrap outgoing() {
    return new Bootstrap()
        .group(loops)
        .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true);
  }

  /** For a connection to the unix domain socket {@code path}. */
  Bootstrap outgoingUnix(String path) {
    return new Bootstrap()
        .group(loops)
        .channel(epoll ? EpollDomainSocketChannel.class : NioDomainSocketChannel.class)
        .remoteAddress(unixAddress(path));
  }

  /** Closes all listeners and ends the event loops, without grace. */
  @Override
  public void close() {
    listeners.forEach(Listener::close);
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
  }

  /**
   * Completes when a call met memory that cannot be read: a file that is mapped there, whose disk
   * is dead. Whoever owns the file must not go on.
   */
  public CompletableFuture<Throwable> unreadable() {
    return unreadable;
  }

  /** Something that a call died of. */
  void failed(Throwable cause) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof InternalError) {
        unreadable.complete(each);
      }
    }
  }

  EdgeListener events() {
    return events;
  }

  Logger log() {
    return log;
  }

  Optional<HeaderTrace> headers() {
    return headers;
  }

  String date() {
    return date.now();
  }
}
