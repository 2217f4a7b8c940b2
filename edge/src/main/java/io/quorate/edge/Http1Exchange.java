package io.quorate.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Payload;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One request of an HTTP/1 connection. Fields belong to the event loop unless they are atomic. */
final class Http1Exchange implements HttpExchange {
  private static final int PIECE_BYTES = 64 * 1024;
  private static final int MAX_DISCARDED_BYTES = 256 * 1024;

  private final Http1Connection connection;
  private final HttpRequest request;
  private final HttpHandler handler;
  private final boolean http10;
  private final boolean continueExpected;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final ArrayDeque<Payload> pieces = new ArrayDeque<>();
  private final Metadata preset = new Metadata();
  private volatile boolean stalled;

  private HttpReceiver receiver = HttpReceiver.NONE;
  private boolean reusable;
  private boolean holding;
  private int wanted;
  private boolean remoteEnded;
  private boolean begun;
  private boolean over;
  private int firstPieceLeft;
  private long discardedBytes;
  private boolean continueSent;
  private @Nullable Metadata trailers;

  Http1Exchange(
      Http1Connection connection,
      io.netty.handler.codec.http.HttpRequest head,
      HttpHandler handler) {
    this.connection = connection;
    this.handler = handler;
    this.http10 = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
    this.reusable = HttpUtil.isKeepAlive(head);
    this.continueExpected = HttpUtil.is100ContinueExpected(head);
    var headers = new Metadata();
    for (Map.Entry<String, String> header : head.headers()) {
      headers.add(header.getKey().toLowerCase(Locale.ROOT), header.getValue());
    }
    this.request =
        HttpRequest.of(
            head.method().name(),
            head.uri(),
            headers.first("host").orElse(""),
            head.protocolVersion().text(),
            headers);
  }

  void start() {
    String expectation = request.headers().first("expect").orElse("");
    if (!expectation.isEmpty() && !continueExpected) {
      reusable = false;
      respond(417, new Metadata(), new byte[0]);
      return;
    }
    if (request.method().equals("OPTIONS") && request.target().equals("*")) {
      respond(200, new Metadata(), new byte[0]);
      return;
    }
    try {
      receiver = handler.start(this);
    } catch (RuntimeException e) {
      refuse(e);
    }
    if (continueExpected && !begun && !ended.get()) {
      continueSent = true;
      ChannelHandlerContext ctx = connection.context();
      ctx.writeAndFlush(
          new io.netty.handler.codec.http.DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
    }
  }

  private void refuse(RuntimeException e) {
    connection
        .log()
        .atError()
        .addKeyValue("path", request.path())
        .setCause(e)
        .log("request handler failed");
    if (!ended.get()) {
      abort();
    }
  }

  boolean takes() {
    return over || !holding || wanted > 0;
  }

  void received(byte[] piece, boolean last) {
    remoteEnded |= last;
    if (over) {
      discardedBytes += piece.length;
      leaveWhenDone();
      return;
    }
    try {
      if (piece.length > 0) {
        if (holding) {
          wanted--;
        }
        receiver.data(piece);
      }
      if (last && !over) {
        receiver.end();
      }
    } catch (RuntimeException e) {
      refuse(e);
    }
  }

  boolean isReceiving() {
    return !remoteEnded;
  }

  /** Nothing more comes of the body. Returns whether the client is answered all the same. */
  boolean brokenOff(String error) {
    if (over || remoteEnded) {
      return false;
    }
    reusable = false;
    remoteEnded = true;
    try {
      return receiver.brokenOff(error);
    } catch (RuntimeException e) {
      refuse(e);
      return false;
    }
  }

  /** The connection is gone. */
  void lost() {
    over = true;
    drop();
    if (ended.compareAndSet(false, true)) {
      receiver.aborted();
    }
  }

  private void drop() {
    Payload piece;
    while ((piece = pieces.poll()) != null) {
      piece.release();
    }
  }

  @Override
  public HttpRequest request() {
    return request;
  }

  @Override
  public SocketAddress remoteAddress() {
    return connection.peer().remote();
  }

  @Override
  public SocketAddress localAddress() {
    return connection.peer().local();
  }

  @Override
  public boolean isSecure() {
    return connection.peer().secure();
  }

  @Override
  public List<X509Certificate> clientCertificates() {
    return connection.peer().certificates();
  }

  @Override
  public void preset(String name, String value) {
    preset.add(name, value);
  }

  @Override
  public void begin(int status, Metadata headers) {
    connection.outbox().run(() -> writeHead(status, headers));
  }

  private void writeHead(int status, Metadata headers) {
    if (over || begun) {
      return;
    }
    begun = true;
    var response =
        new DefaultHttpResponse(
            http10 ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(status));
    HttpHeaders out = response.headers();
    for (Metadata given : List.of(preset, headers)) {
      for (int i = 0; i < given.size(); i++) {
        out.add(canonical(given.name(i)), given.value(i));
      }
    }
    if (!out.contains("date")) {
      out.add("Date", connection.date());
    }
    boolean bodiless = status < 200 || status == 204 || status == 304;
    if (!out.contains("content-length") && !bodiless) {
      if (http10) {
        reusable = false;
      } else if (!isHead()) {
        out.set("Transfer-Encoding", "chunked");
      }
    }
    if (connection.isDraining()) {
      reusable = false;
    }
    if (!reusable && !http10 && !out.contains("connection")) {
      out.set("Connection", "close");
    } else if (reusable && http10) {
      out.set("Connection", "keep-alive");
    }
    reusable &= !out.contains("connection", "close", true);
    connection.context().write(response);
  }

  /** Go writes header names like this. */
  private static String canonical(String name) {
    char[] chars = name.toCharArray();
    boolean first = true;
    for (int i = 0; i < chars.length; i++) {
      if (first) {
        chars[i] = Character.toUpperCase(chars[i]);
      }
      first = chars[i] == '-';
    }
    return new String(chars);
  }

  @Override
  public void write(Payload piece) {
    if (ended.get()) {
      piece.release();
      return;
    }
    queuedBytes.addAndGet(piece.length());
    connection
        .outbox()
        .run(() -> {
          if (over) {
            piece.release();
          } else {
            pieces.add(piece);
            pump();
          }
        });
  }

  @Override
  public void end(Metadata last) {
    if (ended.compareAndSet(false, true)) {
      connection
          .outbox()
          .run(() -> {
            trailers = last;
            pump();
          });
    }
  }

  @Override
  public void abort() {
    ended.set(true);
    connection
        .outbox()
        .run(() -> {
          if (!over) {
            over = true;
            drop();
            ChannelHandlerContext ctx = connection.context();
            ctx.flush();
            ctx.close();
          }
        });
  }

  /** Writes as much as the socket takes. */
  void pump() {
    ChannelHandlerContext ctx = connection.context();
    while (!over && !pieces.isEmpty() && ctx.channel().isWritable()) {
      Payload piece = pieces.element();
      if (firstPieceLeft == 0) {
        firstPieceLeft = piece.length();
      }
      int length = Math.min(firstPieceLeft, PIECE_BYTES);
      if (length > 0 && !writePiece(ctx, piece, length)) {
        return;
      }
      firstPieceLeft -= length;
      if (firstPieceLeft == 0) {
        pieces.poll();
        piece.release();
      }
      taken(length);
    }
    Metadata last = trailers;
    if (!over && pieces.isEmpty() && last != null) {
      LastHttpContent end = LastHttpContent.EMPTY_LAST_CONTENT;
      if (last.size() > 0) {
        end = new DefaultLastHttpContent();
        for (int i = 0; i < last.size(); i++) {
          end.trailingHeaders().add(canonical(last.name(i)), last.value(i));
        }
      }
      ctx.write(end);
      over = true;
      leaveWhenDone();
    }
  }

  private boolean writePiece(ChannelHandlerContext ctx, Payload piece, int length) {
    ByteBuf buffer = ctx.alloc().directBuffer(length);
    try {
      ByteBuffer into = buffer.nioBuffer(0, length);
      while (into.hasRemaining()) {
        piece.writeTo(into);
      }
    } catch (RuntimeException e) {
      buffer.release();
      connection.log().atError().setCause(e).log("response could not be written");
      ended.set(true);
      over = true;
      drop();
      ctx.close();
      return false;
    }
    buffer.writerIndex(length);
    if (isHead()) {
      buffer.release();
    } else {
      ctx.write(new DefaultHttpContent(buffer));
    }
    return true;
  }

  private boolean isHead() {
    return request.method().equals("HEAD");
  }

  private void taken(int bytes) {
    long left = queuedBytes.addAndGet(-bytes);
    if (stalled && left < PIECE_BYTES) {
      stalled = false;
      connection
          .outbox()
          .later(() -> {
            if (!over && !ended.get()) {
              receiver.writable();
            }
          });
    }
  }

  /** Makes place for the next request once this one was read to its end, or would take too long. */
  private void leaveWhenDone() {
    if (remoteEnded) {
      connection.finished(reusable);
    } else if (discardedBytes > MAX_DISCARDED_BYTES || continueExpected && !continueSent) {
      connection.finished(false);
    } else {
      connection.outbox().later(connection::process);
    }
  }

  @Override
  public boolean isWritable() {
    if (queuedBytes.get() < PIECE_BYTES) {
      return true;
    }
    stalled = true;
    return queuedBytes.get() < PIECE_BYTES;
  }

  @Override
  public boolean isEnded() {
    return ended.get();
  }

  @Override
  public void request(int count) {
    connection
        .outbox()
        .run(() -> {
          wanted += count;
          connection.process();
        });
  }

  @Override
  public void hold() {
    holding = true;
  }

  @Override
  public void execute(Runnable task) {
    connection.outbox().later(task);
  }
}
