package io.quorate.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the first bytes of a connection and puts in its own place what they ask for: TLS (and
 * itself again, for what is inside), HTTP/2, or HTTP/1.
 */
final class ConnectionStart extends ByteToMessageDecoder {
  private final Listener listener;
  private final Serving serving;
  private final @Nullable SslHandler tls;
  private final ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
  private @Nullable Future<?> timeout;

  private ConnectionStart(Listener listener, Serving serving, @Nullable SslHandler tls) {
    this.listener = listener;
    this.serving = serving;
    this.tls = tls;
  }

  static ConnectionStart plain(Listener listener, Serving serving) {
    return new ConnectionStart(listener, serving, null);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    super.handlerAdded(ctx);
    timeout =
        ctx.channel()
            .eventLoop()
            .schedule(
                () -> ctx.channel().close(),
                serving.limits().requestHeader().toMillis(),
                TimeUnit.MILLISECONDS);
    if (tls == null && serving.tls().isPresent() && !serving.plaintext()) {
      secure(ctx);
    }
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    preface.release();
    if (timeout != null) {
      timeout.cancel(false);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    byte first = in.getByte(in.readerIndex());
    boolean letter = first >= 'A' && first <= 'Z' || first >= 'a' && first <= 'z';
    if (tls == null && serving.tls().isPresent() && !letter) {
      secure(ctx);
      return;
    }
    if (!letter) {
      ctx.close();
      in.skipBytes(in.readableBytes());
      return;
    }
    if (!serving.http2()) {
      become(ctx, false);
      return;
    }
    int length = Math.min(in.readableBytes(), preface.readableBytes());
    boolean like =
        in.slice(in.readerIndex(), length).equals(preface.slice(preface.readerIndex(), length));
    if (like && length == preface.readableBytes()) {
      become(ctx, true);
    } else if (!like) {
      become(ctx, false);
    }
  }

  private void become(ChannelHandlerContext ctx, boolean http2) {
    ChannelPipeline pipeline = ctx.pipeline();
    Peer peer =
        new Peer(
            ctx.channel().remoteAddress(),
            ctx.channel().localAddress(),
            tls != null,
            tls == null ? List.of() : TlsEngines.clientChain(tls.engine()));
    if (http2) {
      Http2Session session = Http2Session.create(listener, serving, peer);
      listener.became(ctx.channel(), session);
      pipeline.addLast(session);
    } else if (serving.http().isPresent()) {
      listener.became(
          ctx.channel(),
          Http1Connection.install(pipeline, listener, serving, serving.http().get(), peer));
    } else {
      ctx.close();
      return;
    }
    pipeline.remove(this); // hands on what it has read
  }

  private void secure(ChannelHandlerContext ctx) {
    SSLEngine engine = listener.engines().engine(ctx.channel().remoteAddress());
    SslHandler handler = new SslHandler(engine);
    handler.setHandshakeTimeoutMillis(serving.limits().tlsHandshake().toMillis());
    handler
        .handshakeFuture()
        .addListener(done -> {
          if (!done.isSuccess()) {
            listener
                .events()
                .connectionRejected(
                    listener,
                    TlsEngines.rejected(ctx.channel().remoteAddress(), engine, done.cause()));
            ctx.channel().close();
          }
        });
    ctx.pipeline().addLast(handler);
    ctx.pipeline().addLast(new ConnectionStart(listener, serving, handler));
    ctx.pipeline().remove(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
