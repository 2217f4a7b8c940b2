package io.quorate.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.util.ReferenceCountUtil;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The client end of one HTTP/1.1 connection: one call at a time. On its event loop. */
final class DialedConnection extends ChannelInboundHandlerAdapter {
  private static final int PIECE_BYTES = 64 * 1024;

  /** Where a connection goes between calls. */
  interface Owner {
    /** The connection can serve another call. */
    void idle(DialedConnection connection);

    /** A call failed on a connection that had served others, before anything came back. */
    void retry(OutgoingCall call);
  }

  private final Owner owner;
  final String authority;
  private @Nullable ChannelHandlerContext context;
  private @Nullable OutgoingCall call;
  private @Nullable Payload piece;
  private int pieceLeft;
  private boolean bodyDone;
  private boolean keepAlive;
  private boolean used;

  DialedConnection(Owner owner, String authority) {
    this.owner = owner;
    this.authority = authority;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  Channel channel() {
    return context().channel();
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return context;
  }

  /** Takes the next call. Any thread; the connection is idle. */
  void serve(OutgoingCall next) {
    channel().eventLoop().execute(() -> start(next));
  }

  private void start(OutgoingCall next) {
    if (!next.begin(this)) {
      channel().close();
      return;
    }
    call = next;
    bodyDone = false;
    keepAlive = false;
    if (!channel().isActive()) {
      lost(new IOException("connection closed"));
      return;
    }
    OutgoingRequest request = next.request;
    HttpMethod method = HttpMethod.valueOf(request.method());
    HttpRequest head;
    if (request.streamed()) {
      head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, request.target());
      HttpUtil.setTransferEncodingChunked(head, true);
    } else {
      byte[] body = request.body();
      head =
          new DefaultFullHttpRequest(
              HttpVersion.HTTP_1_1, method, request.target(), Unpooled.wrappedBuffer(body));
      if (body.length > 0 || method.equals(HttpMethod.POST)) {
        HttpUtil.setContentLength(head, body.length);
      }
      bodyDone = true;
    }
    head.headers().set("Host", authority);
    for (int i = 0; i < request.headers().size(); i++) {
      head.headers().add(request.headers().name(i), request.headers().value(i));
    }
    context().writeAndFlush(head);
    pump();
  }

  /** Writes what {@code of} has queued, if it is the call being served. Any thread. */
  void pump(OutgoingCall of) {
    channel()
        .eventLoop()
        .execute(() -> {
          if (call == of) {
            pump();
          }
        });
  }

  private void pump() {
    OutgoingCall current = call;
    if (current == null || bodyDone) {
      return;
    }
    ChannelHandlerContext ctx = context();
    boolean room = false;
    while (ctx.channel().isWritable()) {
      Payload now = piece;
      if (now == null) {
        now = current.nextPiece();
        if (now == null) {
          break;
        }
        piece = now;
        pieceLeft = now.length();
      }
      int length = Math.min(pieceLeft, PIECE_BYTES);
      if (length > 0) {
        ctx.write(new DefaultHttpContent(draw(ctx, now, length)));
      }
      pieceLeft -= length;
      room |= current.taken(length);
      if (pieceLeft == 0) {
        piece = null;
        now.release();
      }
    }
    if (piece == null && current.bodyIsComplete()) {
      bodyDone = true;
      ctx.write(LastHttpContent.EMPTY_LAST_CONTENT);
    }
    ctx.flush();
    if (room && !current.isOver()) {
      current.listener.writable();
    }
  }

  private static ByteBuf draw(ChannelHandlerContext ctx, Payload from, int length) {
    ByteBuf buffer = ctx.alloc().directBuffer(length);
    ByteBuffer into = buffer.nioBuffer(0, length);
    while (into.hasRemaining()) {
      from.writeTo(into);
    }
    return buffer.writerIndex(length);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      pump();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    OutgoingCall current = call;
    try {
      if (current == null || current.isOver()) {
        ctx.close();
        return;
      }
      if (message instanceof HttpResponse head) {
        if (head.decoderResult().isFailure()) {
          lost(new IOException("malformed HTTP response"));
          ctx.close();
          return;
        }
        keepAlive = HttpUtil.isKeepAlive(head);
        current.answering();
        current.listener.head(head.status().code(), headers(head));
      }
      if (message instanceof HttpContent content) {
        if (content.decoderResult().isFailure()) {
          lost(new IOException("malformed HTTP response"));
          ctx.close();
          return;
        }
        if (content.content().isReadable() && !current.isOver()) {
          byte[] bytes = new byte[content.content().readableBytes()];
          content.content().readBytes(bytes);
          current.listener.data(bytes);
        }
        if (message instanceof LastHttpContent) {
          complete(current);
        }
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private static Metadata headers(HttpResponse head) {
    var headers = new Metadata();
    for (Map.Entry<String, String> header : head.headers()) {
      headers.add(header.getKey().toLowerCase(Locale.ROOT), header.getValue());
    }
    return headers;
  }

  private void complete(OutgoingCall current) {
    call = null;
    used = true;
    boolean reusable = keepAlive && bodyDone && !current.isOver();
    // First, so that whoever asks again when it hears the end finds the connection.
    if (reusable) {
      owner.idle(this);
    } else {
      channel().close();
    }
    current.ended();
  }

  /** The call is not wanted any more. Any thread. */
  void cut() {
    channel().close();
  }

  private void lost(IOException cause) {
    OutgoingCall current = call;
    call = null;
    if (piece != null) {
      piece.release();
      piece = null;
    }
    if (current == null) {
      return;
    }
    boolean stale = used && !current.hasAnswer() && !current.request.streamed();
    if (stale && !current.isOver()) {
      // The other end closed an idle connection just then: what Go's client does, too.
      owner.retry(current);
    } else {
      current.failed(cause);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    OutgoingCall current = call;
    boolean cut = current != null && current.hasAnswer();
    lost(new IOException(cut ? "unexpected EOF" : "EOF"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    String text =
        cause instanceof ReadTimeoutException ? "i/o timeout" : String.valueOf(cause.getMessage());
    used = false;
    lost(new IOException(text, cause));
    ctx.close();
  }
}
