package io.quorate.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import io.quorate.rpc.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * One HTTP/2 connection. Netty's codec keeps HPACK, flow control, stream states and flood limits;
 * this hangs a {@link ServedStream} on each of its streams and decides what a request is.
 */
final class Http2Session extends Http2ConnectionHandler implements Connection {
  private static final int STREAM_WINDOW_BYTES = 256 * 1024;
  private static final int CONNECTION_WINDOW_BYTES = 4 * 1024 * 1024;
  private static final int MAX_QUEUED_CONTROL_FRAMES = 10_000;
  private static final int RESET_WINDOW_SECONDS = 10;
  private static final long DRAIN_PING = 0x0106_0108_0003_0309L;
  private static final long DRAIN_PING_SECONDS = 5;

  private final Listener listener;
  private final Serving serving;
  private final Peer peer;
  private final boolean shared;
  private final RequestStreams streams;
  private final Http2Connection.PropertyKey served;
  private final Http2Requests requests;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Outbox outbox;
  private @Nullable Pings pings;
  private boolean draining;
  private boolean drainAnnounced;
  private boolean closing;

  private Http2Session(
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings,
      RequestStreams streams,
      Listener listener,
      Serving serving,
      Peer peer) {
    super(decoder, encoder, settings, true);
    this.streams = streams;
    this.listener = listener;
    this.serving = serving;
    this.peer = peer;
    this.shared = peer.secure() && serving.grpc().isPresent() && serving.http().isPresent();
    this.served = connection().newKey();
    this.requests = new Http2Requests(this, serving);
    decoder.frameListener(new Frames());
    connection()
        .addListener(
            new Http2ConnectionAdapter() {
              @Override
              public void onStreamClosed(Http2Stream stream) {
                ServedStream its = served(stream);
                if (its != null) {
                  its.closed();
                }
                if (draining) {
                  closeWhenIdle();
                }
              }
            });
  }

  static Http2Session create(Listener listener, Serving serving, Peer peer) {
    return new Builder(listener, serving, peer).build();
  }

  // ---- what streams need

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

  Serving serving() {
    return serving;
  }

  Listener listener() {
    return listener;
  }

  EdgeListener events() {
    return listener.events();
  }

  Logger log() {
    return listener.log();
  }

  Peer peer() {
    return peer;
  }

  /** Whether gRPC and HTTP handlers share this connection. */
  boolean isShared() {
    return shared;
  }

  boolean isClosing() {
    return closing;
  }

  /** Initial metadata of every gRPC answer beyond gRPC's own. */
  Metadata grpcHeaders() {
    return shared ? serving.grpcHeaders() : Serving.NO_HEADERS;
  }

  /** Something that a client waits for goes out: its pings are no mischief. */
  void sent() {
    if (pings != null) {
      pings.sent();
    }
  }

  void writeHeaders(Http2Stream stream, Http2Headers headers, boolean last, ChannelPromise done) {
    encoder().writeHeaders(context(), stream.id(), headers, 0, last, done);
  }

  void reset(Http2Stream stream, Http2Error why) {
    resetStream(context(), stream.id(), why.code(), context().newPromise());
    outbox().run(() -> {}); // flushes
  }

  /** A payload could not be read to its end: the client must not take the part for the whole. */
  void abandon(Http2Stream stream, Throwable cause) {
    log().atError().setCause(cause).log("response could not be written");
    outbox().later(() -> reset(stream, Http2Error.INTERNAL_ERROR));
  }

  void failed(Throwable cause) {
    onError(context(), false, cause);
  }

  @Nullable ServedStream served(Http2Stream stream) {
    return stream.getProperty(served);
  }

  void serve(Http2Stream stream, ServedStream with) {
    stream.setProperty(served, with);
  }

  // ---- the connection

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    context = ctx;
    outbox =
        new Outbox(ctx.channel().eventLoop(), () -> flush(ctx), this::failed, log(), peer.remote());
    super.handlerAdded(ctx);
    connection()
        .local()
        .flowController()
        .incrementWindowSize(
            connection().connectionStream(),
            CONNECTION_WINDOW_BYTES - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
    if (serving.grpc().isPresent() && !shared) {
      pings = new Pings(this, serving.keepalive());
      pings.start();
    }
    ctx.flush();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object data) throws Exception {
    outbox().reading(true);
    if (pings != null) {
      pings.received();
    }
    super.channelRead(ctx, data);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    outbox().reading(false);
    super.channelReadComplete(ctx);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    closing = true;
    if (pings != null) {
      pings.stop();
    }
    super.channelInactive(ctx);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
    if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) == null && !(cause instanceof Error)) {
      ctx.close(); // the socket failed
    } else {
      super.exceptionCaught(ctx, cause);
    }
  }

  @Override
  public void onError(ChannelHandlerContext ctx, boolean outbound, Throwable cause) {
    listener.failed(cause);
    super.onError(ctx, outbound, cause);
  }

  @Override
  protected void onConnectionError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      @Nullable Http2Exception http2) {
    log()
        .atDebug()
        .addKeyValue("remote-addr", String.valueOf(peer.remote()))
        .addKeyValue("error", String.valueOf(cause.getMessage()))
        .log("closing HTTP/2 connection");
    super.onConnectionError(ctx, outbound, cause, http2);
  }

  /**
   * What a client had on its way for a stream that we have ended, or never let begin, is dropped:
   * it was told by our end of the stream, and need not be told again for each of its frames.
   */
  @Override
  protected void onStreamError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      Http2Exception.StreamException error) {
    int id = error.streamId();
    boolean unknown = streams.stream(id) == null;
    boolean late =
        unknown && error.error() == Http2Error.STREAM_CLOSED && streams.streamMayHaveExisted(id);
    if (late) {
      return;
    }
    if (unknown && !outbound) {
      streams.refused(id);
    }
    super.onStreamError(ctx, outbound, cause, error);
  }

  /** Says why in a GOAWAY and closes. */
  void dismiss(Http2Error error, String why) {
    closing = true;
    ByteBuf text = ByteBufUtil.writeAscii(context().alloc(), why);
    goAway(
            context(),
            connection().remote().lastStreamCreated(),
            error.code(),
            text,
            context().newPromise())
        .addListener(ChannelFutureListener.CLOSE);
    context().flush();
  }

  /**
   * First a GOAWAY that still allows every stream, for those that are on their way; once a PING has
   * come back, one that names the last.
   */
  @Override
  public void drain() {
    if (draining) {
      return;
    }
    draining = true;
    ChannelHandlerContext ctx = context();
    goAway(
        ctx,
        Integer.MAX_VALUE,
        Http2Error.NO_ERROR.code(),
        Unpooled.copiedBuffer("graceful_stop", StandardCharsets.US_ASCII),
        ctx.newPromise());
    encoder().writePing(ctx, false, DRAIN_PING, ctx.newPromise());
    ctx.flush();
    outbox().loop().schedule(this::announceLast, DRAIN_PING_SECONDS, TimeUnit.SECONDS);
  }

  private void announceLast() {
    if (drainAnnounced || closing) {
      return;
    }
    drainAnnounced = true;
    ChannelHandlerContext ctx = context();
    goAway(
        ctx,
        connection().remote().lastStreamCreated(),
        Http2Error.NO_ERROR.code(),
        Unpooled.EMPTY_BUFFER,
        ctx.newPromise());
    ctx.flush();
    closeWhenIdle();
  }

  private void closeWhenIdle() {
    if (drainAnnounced && !closing && connection().numActiveStreams() == 0) {
      closing = true;
      // After what is being written now.
      outbox()
          .later(() ->
              context()
                  .writeAndFlush(Unpooled.EMPTY_BUFFER)
                  .addListener(done -> context().channel().close()));
    }
  }

  private final class Frames extends Http2FrameAdapter {
    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx, int id, Http2Headers headers, int padding, boolean last) {
      Http2Stream stream = connection().stream(id);
      ServedStream its = served(stream);
      if (its == null) {
        listener
            .headers()
            .ifPresent(
                trace -> headers.forEach(field -> trace.read(field.getKey(), field.getValue())));
        requests.begin(stream, headers, last);
      } else {
        its.received(Unpooled.EMPTY_BUFFER, 0, last);
      }
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx,
        int id,
        Http2Headers headers,
        int dependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean last) {
      onHeadersRead(ctx, id, headers, padding, last);
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean last) {
      ServedStream its = served(connection().stream(id));
      return its == null ? data.readableBytes() + padding : its.received(data, padding, last);
    }

    @Override
    public void onPingRead(ChannelHandlerContext ctx, long data) {
      if (pings != null) {
        pings.pinged();
      }
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long data) {
      if (data == DRAIN_PING) {
        announceLast();
      }
    }
  }

  private static final class Builder
      extends AbstractHttp2ConnectionHandlerBuilder<Http2Session, Builder> {
    private final Listener listener;
    private final Serving serving;
    private final Peer peer;
    private final RequestStreams streams = new RequestStreams();

    Builder(Listener listener, Serving serving, Peer peer) {
      this.listener = listener;
      this.serving = serving;
      this.peer = peer;
      Limits limits = serving.limits();
      streams
          .remote()
          .flowController(
              new DefaultHttp2RemoteFlowController(
                  streams, new UniformStreamByteDistributor(streams)));
      // The connection's window is refilled at once: a stream that nobody reads holds back itself
      // only, by its own window.
      streams
          .local()
          .flowController(
              new DefaultHttp2LocalFlowController(
                  streams, DefaultHttp2LocalFlowController.DEFAULT_WINDOW_UPDATE_RATIO, true));
      connection(streams);
      Http2Settings settings =
          new Http2Settings()
              .initialWindowSize(STREAM_WINDOW_BYTES)
              .maxHeaderListSize(limits.maxHeaderListBytes());
      if (limits.maxConcurrentStreams() > 0 && limits.maxConcurrentStreams() < 0xffff_ffffL) {
        settings.maxConcurrentStreams(limits.maxConcurrentStreams());
      }
      initialSettings(settings);
      encoderEnforceMaxQueuedControlFrames(MAX_QUEUED_CONTROL_FRAMES);
      int resets =
          (int)
              Math.min(
                  Integer.MAX_VALUE, (long) limits.maxResetsPerSecond() * RESET_WINDOW_SECONDS);
      decoderEnforceMaxRstFramesPerWindow(resets, RESET_WINDOW_SECONDS);
      // Ours too, each of which ends a call whose request is not read to its end.
      encoderEnforceMaxRstFramesPerWindow(resets, RESET_WINDOW_SECONDS);
      gracefulShutdownTimeoutMillis(0);
    }

    @Override
    protected Http2Session build() {
      return super.build();
    }

    @Override
    protected Http2Session build(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
      return new Http2Session(decoder, encoder, settings, streams, listener, serving, peer);
    }
  }
}
