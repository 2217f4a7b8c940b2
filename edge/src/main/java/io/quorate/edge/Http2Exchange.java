package io.quorate.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Payload;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An HTTP request on a stream of HTTP/2. */
final class Http2Exchange extends ServedStream implements HttpExchange {
  /** Headers that belong to a connection, which HTTP/2 forbids. */
  private static final Set<String> CONNECTION_HEADERS =
      Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade");

  private final HttpRequest request;
  private final HttpHandler handler;
  private HttpReceiver receiver = HttpReceiver.NONE;
  private boolean holding;
  private int wanted;
  private boolean endTold;
  private boolean begun;
  private final Metadata preset = new Metadata();

  Http2Exchange(
      Http2Session session, Http2Stream stream, Http2Headers headers, HttpHandler handler) {
    super(session, stream);
    this.handler = handler;
    var metadata = new Metadata();
    for (Map.Entry<CharSequence, CharSequence> header : headers) {
      if (header.getKey().charAt(0) != ':') {
        metadata.add(header.getKey().toString(), header.getValue().toString());
      }
    }
    CharSequence authority = headers.authority();
    this.request =
        HttpRequest.of(
            String.valueOf(headers.method()),
            String.valueOf(headers.path()),
            authority == null ? metadata.first("host").orElse("") : authority.toString(),
            "HTTP/2.0",
            metadata);
  }

  void start() {
    try {
      receiver = handler.start(this);
    } catch (RuntimeException e) {
      refuse(e);
    }
  }

  private void refuse(RuntimeException e) {
    session
        .log()
        .atError()
        .addKeyValue("path", request.path())
        .setCause(e)
        .log("request handler failed");
    abort();
  }

  @Override
  boolean takes() {
    return !holding || wanted > 0;
  }

  @Override
  void deliver(ByteBuf data) {
    if (takes() && data.isReadable()) {
      byte[] piece = new byte[data.readableBytes()];
      data.readBytes(piece);
      if (holding) {
        wanted--;
      }
      try {
        receiver.data(piece);
      } catch (RuntimeException e) {
        refuse(e);
      }
    }
  }

  @Override
  void delivered() {
    if (!endTold) {
      endTold = true;
      try {
        receiver.end();
      } catch (RuntimeException e) {
        refuse(e);
      }
    }
  }

  @Override
  void lost() {
    if (claimEnd()) {
      receiver.aborted();
    }
  }

  @Override
  void roomAgain() {
    receiver.writable();
  }

  @Override
  public HttpRequest request() {
    return request;
  }

  @Override
  public SocketAddress remoteAddress() {
    return session.peer().remote();
  }

  @Override
  public SocketAddress localAddress() {
    return session.peer().local();
  }

  @Override
  public boolean isSecure() {
    return session.peer().secure();
  }

  @Override
  public List<X509Certificate> clientCertificates() {
    return session.peer().certificates();
  }

  @Override
  public void preset(String name, String value) {
    preset.add(name, value);
  }

  @Override
  public void begin(int status, Metadata headers) {
    session
        .outbox()
        .run(() -> {
          if (over || begun) {
            return;
          }
          begun = true;
          Http2Headers response = new DefaultHttp2Headers(false).status(Integer.toString(status));
          GrpcHeaders.addAll(response, preset);
          for (int i = 0; i < headers.size(); i++) {
            if (!CONNECTION_HEADERS.contains(headers.name(i))) {
              response.add(headers.name(i), headers.value(i));
            }
          }
          if (headers.first("date").isEmpty()) {
            response.add("date", session.listener().date());
          }
          session.sent();
          session.writeHeaders(stream, response, false, session.context().newPromise());
        });
  }

  @Override
  public void write(Payload piece) {
    if (isEnded()) {
      piece.release();
      return;
    }
    queued(piece.length());
    session
        .outbox()
        .run(() -> {
          if (over || request.method().equals("HEAD")) {
            taken(piece.length());
            piece.release();
          } else {
            enqueue(piece, 0, false);
          }
        });
  }

  @Override
  public void end(Metadata trailers) {
    if (!claimEnd()) {
      return;
    }
    session
        .outbox()
        .run(() -> {
          if (over) {
            return;
          }
          closeDelivery();
          ChannelPromise written = session.context().newPromise();
          if (!remoteEnded) {
            written.addListener(
                (ChannelFutureListener)
                    done -> {
                      if (stream.state() != Http2Stream.State.CLOSED) {
                        session.reset(stream, Http2Error.NO_ERROR);
                      }
                    });
          }
          if (trailers.size() == 0) {
            session
                .encoder()
                .writeData(session.context(), stream.id(), Unpooled.EMPTY_BUFFER, 0, true, written);
          } else {
            Http2Headers last = new DefaultHttp2Headers(false);
            GrpcHeaders.addAll(last, trailers);
            session.writeHeaders(stream, last, true, written);
          }
        });
  }

  @Override
  public void abort() {
    if (!claimEnd()) {
      return;
    }
    session
        .outbox()
        .run(() -> {
          if (!over) {
            closeDelivery();
            session.reset(stream, Http2Error.INTERNAL_ERROR);
          }
        });
  }

  @Override
  public void request(int count) {
    session
        .outbox()
        .run(() -> {
          wanted += count;
          deliverHeld();
        });
  }

  @Override
  public void hold() {
    holding = true;
  }

  @Override
  public void execute(Runnable task) {
    session.outbox().later(task);
  }
}
