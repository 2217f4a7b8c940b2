package io.quorate.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * One HTTP/1 connection: requests one after the other, pipelined ones waiting in {@link #arrived}.
 * It reads only what somebody waits for, but while a response is being made it keeps one read
 * outstanding to learn that the client has gone.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter implements Connection {
  private static final int MAX_LINE_BYTES = 64 * 1024;
  private static final int MAX_CHUNK_BYTES = 64 * 1024;

  /** What Go's server takes beyond the limit of a header. */
  private static final int HEADER_SLOP_BYTES = 4096;

  private static final long LINGER_MILLIS = 500;

  private final Listener listener;
  private final Serving serving;
  private final HttpHandler handler;
  private final Peer peer;
  private final ArrayDeque<HttpObject> arrived = new ArrayDeque<>();
  private @Nullable ChannelHandlerContext context;
  private @Nullable Outbox outbox;
  private @Nullable Http1Exchange exchange;
  private @Nullable Future<?> headerTimeout;
  private @Nullable Future<?> bodyTimeout;
  private long lastReadNanos;
  private long headerBytes;
  private boolean inputEnded;
  private boolean processing;
  private boolean draining;
  private boolean broken;

  private Http1Connection(Listener listener, Serving serving, HttpHandler handler, Peer peer) {
    this.listener = listener;
    this.serving = serving;
    this.handler = handler;
    this.peer = peer;
  }

  static Http1Connection install(
      ChannelPipeline pipeline,
      Listener listener,
      Serving serving,
      HttpHandler handler,
      Peer peer) {
    var connection = new Http1Connection(listener, serving, handler, peer);
    pipeline.addLast(
        new ChannelInboundHandlerAdapter() {
          @Override
          public void channelRead(ChannelHandlerContext ctx, Object bytes) {
            connection.came(((ByteBuf) bytes).readableBytes());
            ctx.fireChannelRead(bytes);
          }
        });
    pipeline.addLast(
        new HttpServerCodec(
            new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setMaxHeaderSize(connection.maxHeaderBytes())
                .setMaxChunkSize(MAX_CHUNK_BYTES)));
    pipeline.addLast(connection);
    return connection;
  }

  private int maxHeaderBytes() {
    return serving.limits().maxHeaderListBytes() + HEADER_SLOP_BYTES;
  }

  /** Line ends count too; the codec leaves them out. */
  private void came(int bytes) {
    if (headerTimeout != null) {
      headerBytes += bytes;
    }
  }

  ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return context;
  }

  Outbox outbox() {
    if (outbox == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return outbox;
  }

  Peer peer() {
    return peer;
  }

  Logger log() {
    return listener.log();
  }

  String date() {
    return listener.date();
  }

  boolean isDraining() {
    return draining;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    outbox = new Outbox(ctx.channel().eventLoop(), ctx::flush, this::failed, log(), peer.remote());
    ctx.channel().config().setAutoRead(false);
    if (!peer.secure()) {
      // Whoever sends half a request and no more can still be told so.
      ctx.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }
    awaitHeader();
    ctx.read();
  }

  private void failed(Throwable cause) {
    listener.failed(cause);
    context().close();
  }

  /** A connection without a request for this long is closed. */
  private void awaitHeader() {
    headerTimeout =
        outbox()
            .loop()
            .schedule(
                () -> context().channel().close(),
                serving.limits().requestHeader().toMillis(),
                TimeUnit.MILLISECONDS);
  }

  private void headerArrived() {
    headerBytes = 0;
    if (headerTimeout != null) {
      headerTimeout.cancel(false);
      headerTimeout = null;
    }
  }

  /** A body of which nothing comes for too long, while we wait for it, is given up. */
  private void awaitBody(Http1Exchange receiving, long nanos) {
    bodyTimeout =
        outbox()
            .loop()
            .schedule(
                () -> {
                  if (exchange != receiving || !receiving.isReceiving() || broken) {
                    return;
                  }
                  long limit = serving.limits().bodySilence().toNanos();
                  long silent = arrived.isEmpty() ? System.nanoTime() - lastReadNanos : 0;
                  if (silent < limit) {
                    awaitBody(receiving, limit - silent);
                  } else {
                    brokenOff(reading() + ": i/o timeout");
                  }
                },
                nanos,
                TimeUnit.NANOSECONDS);
  }

  /** How Go's errors of a socket begin. */
  private String reading() {
    return "read tcp " + text(peer.local()) + "->" + text(peer.remote());
  }

  private static String text(SocketAddress address) {
    String text = String.valueOf(address);
    return text.substring(text.indexOf('/') + 1);
  }

  /** What there is of a request will not be followed by the rest. */
  private void brokenOff(String error) {
    broken = true;
    headerArrived();
    if (exchange == null || !exchange.brokenOff(error)) {
      if (exchange != null) {
        exchange.lost();
      }
      context().close();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true;
      process();
      ctx.flush();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object object) {
    if (broken) {
      ReferenceCountUtil.release(object);
    } else {
      arrived.add((HttpObject) object);
      lastReadNanos = System.nanoTime();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    process();
    ctx.flush();
  }

  /** Hands over what came, as far as it is wanted, and reads on if more is. */
  void process() {
    if (processing || broken) {
      return;
    }
    processing = true;
    while (!arrived.isEmpty() && !broken) {
      HttpObject next = arrived.peek();
      if (next.decoderResult().isFailure()) {
        if (exchange != null && !exchange.isReceiving()) {
          break; // behind a whole request, whose answer comes first
        }
        refuse(refusal(next));
        break;
      }
      if (next instanceof io.netty.handler.codec.http.HttpRequest head) {
        if (exchange != null) {
          break; // pipelined: its turn comes
        }
        arrived.poll();
        headerArrived();
        begin(head);
      } else if (next instanceof HttpContent content) {
        Http1Exchange current = exchange;
        if (current != null && !current.takes() && content.content().isReadable()) {
          break;
        }
        arrived.poll();
        try {
          if (current != null) {
            current.received(bytes(content.content()), content instanceof LastHttpContent);
          }
        } finally {
          content.release();
        }
      } else {
        ReferenceCountUtil.release(arrived.poll());
      }
    }
    processing = false;
    if (arrived.isEmpty() && !broken) {
      if (inputEnded) {
        brokenOff("unexpected EOF");
        return;
      }
      if (headerBytes > maxHeaderBytes()) {
        refuse(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE);
        return;
      }
      Http1Exchange current = exchange;
      if (current != null && current.isReceiving() && bodyTimeout == null) {
        awaitBody(current, serving.limits().bodySilence().toNanos());
      }
      context().read();
    }
  }

  private static byte[] bytes(ByteBuf content) {
    byte[] bytes = new byte[content.readableBytes()];
    content.readBytes(bytes);
    return bytes;
  }

  private void begin(io.netty.handler.codec.http.HttpRequest head) {
    Optional<HttpResponseStatus> refusal = RequestHead.refusal(head);
    if (refusal.isPresent()) {
      refuse(refusal.get());
      return;
    }
    var current = new Http1Exchange(this, head, handler);
    exchange = current;
    current.start();
  }

  private static HttpResponseStatus refusal(HttpObject undecoded) {
    Throwable cause = undecoded.decoderResult().cause();
    if (cause instanceof TooLongHttpHeaderException || cause instanceof TooLongHttpLineException) {
      return HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
    }
    return undecoded instanceof io.netty.handler.codec.http.HttpRequest head
        ? RequestHead.transferEncodingRefusal(head).orElse(HttpResponseStatus.BAD_REQUEST)
        : HttpResponseStatus.BAD_REQUEST;
  }

  /** An answer to what is no request, as Go words it; the connection ends with it. */
  private void refuse(HttpResponseStatus status) {
    broken = true;
    headerArrived();
    if (exchange != null) {
      brokenOff("invalid byte in chunk length");
      return;
    }
    String text = RequestHead.body(status);
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    response.headers().set("Content-Type", "text/plain; charset=utf-8").set("Connection", "close");
    context().write(response);
    leave();
  }

  /**
   * Closes after what was written. The client may still be sending: closing on unread bytes would
   * make its kernel throw away the answer, so they are read and dropped for a while.
   */
  private void leave() {
    ChannelHandlerContext ctx = context();
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(done -> {
          if (!done.isSuccess() || peer.secure() || !(ctx.channel() instanceof DuplexChannel)) {
            ctx.close();
            return;
          }
          ((DuplexChannel) ctx.channel()).shutdownOutput();
          ctx.channel().config().setAutoRead(true);
          outbox()
              .loop()
              .schedule(() -> ctx.channel().close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
        });
  }

  /** The current exchange is complete on our side. */
  void finished(boolean reusable) {
    exchange = null;
    if (bodyTimeout != null) {
      bodyTimeout.cancel(false);
      bodyTimeout = null;
    }
    if (!reusable || draining) {
      broken = true;
      leave();
      return;
    }
    awaitHeader();
    outbox().later(this::process);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (exchange != null && ctx.channel().isWritable()) {
      exchange.pump();
      ctx.flush();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    broken = true;
    headerArrived();
    while (!arrived.isEmpty()) {
      ReferenceCountUtil.release(arrived.poll());
    }
    if (exchange != null) {
      exchange.lost();
      exchange = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    listener.failed(cause);
    boolean reset = cause instanceof IOException && !(cause instanceof SSLException);
    if (reset && exchange != null) {
      // Nobody is left to be answered, but whoever takes the body hears why it ends.
      exchange.brokenOff(reading() + ": read: connection reset by peer");
    }
    ctx.close();
  }

  @Override
  public void drain() {
    draining = true;
    if (exchange == null) {
      context().close();
    }
  }
}
