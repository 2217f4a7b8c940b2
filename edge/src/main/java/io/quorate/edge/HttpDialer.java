package io.quorate.edge;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.NetUtil;
import io.quorate.rpc.Metadata;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Outgoing HTTP/1.1, on the event loops of an {@link EdgeServer}: what members ask of each other.
 * Never blocks, follows no redirect. Any thread.
 */
public final class HttpDialer implements AutoCloseable {
  /**
   * How connections are made.
   *
   * @param dialTimeout for a connection to be there
   * @param readTimeout a connection on which nothing comes for this long is given up; zero for none
   * @param reuse whether a connection serves the next call when it is done with one
   * @param localAddress what the local end is bound to
   */
  public record Options(
      Duration dialTimeout,
      Duration readTimeout,
      boolean reuse,
      Optional<InetAddress> localAddress) {}

  private static final long IDLE_SECONDS = 8;

  private final EdgeServer server;
  private final Options options;
  private final Map<String, ConcurrentLinkedDeque<DialedConnection>> idle =
      new ConcurrentHashMap<>();
  private volatile boolean closed;

  public HttpDialer(EdgeServer server, Options options) {
    this.server = server;
    this.options = options;
  }

  /**
   * Asks {@code request} of the server at {@code base}, of which scheme, host and port count.
   *
   * @param listener hears everything else, failures included
   */
  public OutgoingCall call(URI base, OutgoingRequest request, ReplyListener listener) {
    OutgoingCall call = new OutgoingCall(request, listener);
    if (options.reuse) {
      DialedConnection parked = unpark(base);
      if (parked != null) {
        parked.serve(call);
        return call;
      }
    }
    dial(base, call);
    return call;
  }

  /**
   * Asks and gathers the whole answer.
   *
   * @param limitBytes of the answer's body; a longer one fails
   */
  public CompletableFuture<HttpReply> ask(
      URI base, OutgoingRequest request, int limitBytes, Duration timeout) {
    var reply = new CompletableFuture<HttpReply>();
    var body = new ByteArrayOutputStream(256);
    OutgoingCall call =
        call(
            base,
            request,
            new ReplyListener() {
              private int status;
              private Metadata headers = new Metadata();

              @Override
              public void head(int newStatus, Metadata newHeaders) {
                status = newStatus;
                headers = newHeaders;
              }

              @Override
              public void data(byte[] piece) {
                if (body.size() + (long) piece.length > limitBytes) {
                  reply.completeExceptionally(new IOException("http: response body too large"));
                } else {
                  body.writeBytes(piece);
                }
              }

              @Override
              public void end() {
                reply.complete(new HttpReply(status, headers, body.toByteArray()));
              }

              @Override
              public void failed(IOException cause) {
                reply.completeExceptionally(cause);
              }
            });
    if (!timeout.isZero()) {
      reply.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }
    reply.whenComplete((done, failure) -> {
      if (failure != null) {
        call.cancel();
      }
    });
    return reply;
  }

  private void dial(URI base, OutgoingCall call) {
    if (closed) {
      call.failed(new IOException("the dialer is closed"));
      return;
    }
    if (isUnix(base)) {
      String path = authority(base) + base.getPath();
      connect(base, server.outgoingUnix(path), "unix " + path, call);
      return;
    }
    int colon = "http".equals(base.getScheme()) ? authority(base).lastIndexOf(':') : -1;
    int port = colon < 0 ? -1 : port(authority(base).substring(colon + 1));
    if (port < 0) {
      call.failed(new IOException("unsupported peer URL \"" + base + "\""));
      return;
    }
    // Not URI.getHost(), which knows no underscores.
    String host = authority(base).substring(0, colon).replaceAll("[\\[\\]]", "");
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
    if (literal != null) {
      connect(base, new InetSocketAddress(address(literal), port), call);
    } else {
      // The system's resolver blocks, which an event loop must not.
      Thread.startVirtualThread(() -> {
        try {
          connect(base, new InetSocketAddress(InetAddress.getByName(host), port), call);
        } catch (UnknownHostException e) {
          call.failed(new IOException("dial tcp: lookup " + host + ": no such host", e));
        }
      });
    }
  }

  private static InetAddress address(byte[] literal) {
    try {
      return InetAddress.getByAddress(literal);
    } catch (UnknownHostException e) {
      throw new AssertionError("the length was checked", e);
    }
  }

  /** -1 where there is none. */
  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      return port <= 0xffff ? port : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private void connect(URI base, InetSocketAddress target, OutgoingCall call) {
    Bootstrap bootstrap = server.outgoing().remoteAddress(target);
    options.localAddress.ifPresent(local -> bootstrap.localAddress(local, 0));
    connect(base, bootstrap, "tcp " + text(target), call);
  }

  private void connect(URI base, Bootstrap bootstrap, String target, OutgoingCall call) {
    ChannelFuture connecting =
        bootstrap
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(options.dialTimeout.toMillis()))
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (!options.readTimeout.isZero()) {
                      channel
                          .pipeline()
                          .addLast(
                              new ReadTimeoutHandler(
                                  options.readTimeout.toMillis(), TimeUnit.MILLISECONDS));
                    }
                    channel
                        .pipeline()
                        .addLast(new HttpClientCodec())
                        .addLast(new DialedConnection(new Pool(base), authority(base)));
                  }
                })
            .connect();
    connecting.addListener(done -> {
      if (done.isSuccess()) {
        connecting.channel().pipeline().get(DialedConnection.class).serve(call);
      } else {
        call.failed(new IOException("dial " + target + ": " + problem(done.cause()), done.cause()));
      }
    });
  }

  /** A socket file named by the URL's host part (spec/peer.md 1.1); never TLS. */
  private static boolean isUnix(URI base) {
    return ("unix".equals(base.getScheme()) || "unixs".equals(base.getScheme()))
        && base.getRawAuthority() != null;
  }

  private static String authority(URI base) {
    return base.getRawAuthority();
  }

  private static String place(URI base) {
    return base.getScheme() + "://" + authority(base);
  }

  private static String text(InetSocketAddress address) {
    return NetUtil.toSocketAddressString(address);
  }

  private static String problem(Throwable cause) {
    String text = String.valueOf(cause.getMessage());
    if (text.contains("refused")) {
      return "connect: connection refused";
    }
    if (text.contains("timed out")) {
      return "i/o timeout";
    }
    if (cause instanceof FileNotFoundException || text.contains("No such file")) {
      return "connect: no such file or directory";
    }
    return text;
  }

  private @Nullable DialedConnection unpark(URI base) {
    var parked = idle.get(place(base));
    if (parked == null) {
      return null;
    }
    for (var next = parked.pollLast(); next != null; next = parked.pollLast()) {
      if (next.channel().isActive()) {
        return next;
      }
    }
    return null;
  }

  private final class Pool implements DialedConnection.Owner {
    private final URI base;

    Pool(URI base) {
      this.base = base;
    }

    @Override
    public void idle(DialedConnection connection) {
      if (!options.reuse || closed) {
        connection.channel().close();
        return;
      }
      var parked = idle.computeIfAbsent(place(base), key -> new ConcurrentLinkedDeque<>());
      parked.addLast(connection);
      // Before the other end does: a Go server closes after ten seconds (spec/peer.md 1.1).
      connection
          .channel()
          .eventLoop()
          .schedule(
              () -> {
                if (parked.remove(connection)) {
                  connection.channel().close();
                }
              },
              IDLE_SECONDS,
              TimeUnit.SECONDS);
    }

    @Override
    public void retry(OutgoingCall call) {
      dial(base, call);
    }
  }

  /** Closes what is idle; running calls go on. */
  @Override
  public void close() {
    closed = true;
    idle.values()
        .forEach(parked -> {
          for (var next = parked.pollLast(); next != null; next = parked.pollLast()) {
            next.channel().close();
          }
        });
  }
}
