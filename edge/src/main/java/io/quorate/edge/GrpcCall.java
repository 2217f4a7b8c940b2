package io.quorate.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.Future;
import io.quorate.rpc.CallListener;
import io.quorate.rpc.Code;
import io.quorate.rpc.MessageReader;
import io.quorate.rpc.MessageWriter;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Method;
import io.quorate.rpc.Payload;
import io.quorate.rpc.PercentText;
import io.quorate.rpc.ServerCall;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One gRPC call: the frames of its stream on one side, its handler on the other. */
final class GrpcCall extends ServedStream implements ServerCall {
  private static final int PREFIX = MessageWriter.PREFIX_BYTES;
  private static final long LONGEST_TIMEOUT_NANOS = Long.MAX_VALUE / 4; // nanoTime() wraps
  private static final int MAX_LENGTH = Integer.MAX_VALUE - PREFIX;
  private static final Status MANY_REQUESTS =
      new Status(
          Code.INTERNAL,
          "cardinality violation: received multiple request messages for non-client-streaming RPC");
  private static final Status NO_REQUEST =
      new Status(
          Code.INTERNAL,
          "cardinality violation: received no request message from non-client-streaming RPC");
  private static final Status NO_UNARY_REQUEST = new Status(Code.UNKNOWN, "EOF");
  private static final Status UNARY_CUT_OFF = new Status(Code.UNKNOWN, "unexpected EOF");
  private static final Status CUT_OFF = new Status(Code.INTERNAL, "unexpected EOF");

  private final Method method;
  private final Http2Headers headers;
  private final @Nullable Compression compression; // null: none
  private final boolean oneRequest;
  private final long startNanos = System.nanoTime();
  private final long timeoutNanos; // Long.MIN_VALUE: none
  private @Nullable Metadata metadata; // made when first asked for; equal whoever makes it
  private @Nullable CallListener handler;
  private @Nullable MessageReader reader;
  private @Nullable Future<?> expiry;
  private int wanted = 1;
  private int received;
  private boolean headersSent;
  private boolean halfClosedTold;
  private boolean counted;

  GrpcCall(
      Http2Session session,
      Http2Stream stream,
      Method method,
      Http2Headers headers,
      boolean gzip,
      OptionalLong timeoutNanos) {
    super(session, stream);
    this.method = method;
    this.headers = headers;
    this.compression = gzip ? new Compression(session.outbox()) : null;
    this.oneRequest =
        method.kind() == Method.Kind.UNARY || method.kind() == Method.Kind.SERVER_STREAM;
    this.timeoutNanos =
        timeoutNanos.isPresent()
            ? Math.min(timeoutNanos.getAsLong(), LONGEST_TIMEOUT_NANOS)
            : Long.MIN_VALUE;
  }

  void start() {
    if (method.kind() != Method.Kind.UNARY) {
      count();
    }
    if (timeoutNanos != Long.MIN_VALUE) {
      if (timeoutNanos <= 0) {
        expire();
        return;
      }
      expiry = session.outbox().loop().schedule(this::expire, timeoutNanos, TimeUnit.NANOSECONDS);
    }
    try {
      handler = method.handler().start(this);
    } catch (RuntimeException e) {
      refuse(e);
    }
  }

  /**
   * The call counts from here on: a unary one when it has its request, as with gRPC's interceptors;
   * one whose message is too large never does.
   */
  private void count() {
    counted = true;
    session.events().callStarted(method);
  }

  private void countEnd(Code code) {
    if (counted) {
      session.events().callHandled(method, code, System.nanoTime() - startNanos);
    }
  }

  private void expire() {
    CallListener listener = handler;
    if (!over && claimEnd()) {
      write(Status.DEADLINE_EXCEEDED, new Metadata());
      session.outbox().run(() -> {}); // flushes
      if (listener != null) {
        tellCancelled(listener, Status.DEADLINE_EXCEEDED);
      }
    }
  }

  private void refuse(RuntimeException e) {
    if (e instanceof StatusException known) {
      end(known.status());
    } else {
      session
          .log()
          .atError()
          .addKeyValue("method", method.fullName())
          .setCause(e)
          .log("request handler failed");
      end(new Status(Code.UNKNOWN, String.valueOf(e.getMessage())));
    }
  }

  /** Ends the call for what its client did, or its handler failed to do: the handler is told. */
  private void end(Status why) {
    CallListener listener = handler;
    if (claimEnd()) {
      session.outbox().run(() -> write(why, new Metadata()));
      if (listener != null) {
        tellCancelled(listener, why);
      }
    }
  }

  // ---- from the client

  @Override
  boolean takes() {
    return wanted > 0 && handler != null || oneRequest && received > 0;
  }

  @Override
  void deliver(ByteBuf data) {
    CallListener listener = handler;
    try {
      while (listener != null && wanted > 0 && !isEnded() && data.isReadable()) {
        if (oneRequest && received > 0) {
          another(data);
          return;
        }
        byte[] message = whole(data);
        if (message == null) {
          message = pieced(data);
        }
        if (message != null) {
          wanted--;
          received++;
          if (!counted) {
            count();
          }
          session.events().messageReceived(method, message.length);
          listener.message(message);
        }
      }
      if (oneRequest && received > 0 && !isEnded() && data.isReadable()) {
        another(data);
      }
    } catch (RuntimeException e) {
      refuse(e);
    }
  }

  /** More than one request. Of a unary call grpc-go reads one and never looks at what follows. */
  private void another(ByteBuf data) {
    if (method.kind() == Method.Kind.UNARY) {
      data.skipBytes(data.readableBytes());
    } else {
      end(MANY_REQUESTS);
    }
  }

  /** The common case: the next message stands plainly and completely in {@code data}. */
  private byte @Nullable [] whole(ByteBuf data) {
    int start = data.readerIndex();
    if ((reader != null && reader.isPartial())
        || data.readableBytes() < PREFIX
        || data.getByte(start) != 0) {
      return null;
    }
    int length = data.getInt(start + 1);
    if (length < 0
        || length > session.serving().limits().maxReceiveBytes()
        || data.readableBytes() - PREFIX < length) {
      return null;
    }
    byte[] message = new byte[length];
    data.skipBytes(PREFIX).readBytes(message);
    return message;
  }

  private byte @Nullable [] pieced(ByteBuf data) {
    MessageReader pieces = reader;
    if (pieces == null) {
      pieces = new MessageReader(session.serving().limits().maxReceiveBytes());
      CharSequence encoding = headers.get(GrpcHeaders.ENCODING);
      if (encoding != null) {
        pieces.encoding(encoding.toString());
      }
      reader = pieces;
    }
    ByteBuffer bytes = data.nioBuffer();
    int before = bytes.remaining();
    byte[] message = pieces.take(bytes);
    data.skipBytes(before - bytes.remaining());
    return message;
  }

  @Override
  void delivered() {
    CallListener listener = handler;
    if (halfClosedTold || listener == null) {
      return;
    }
    halfClosedTold = true;
    // A prefix that was cut off is no message at all, as in grpc-go.
    if (reader != null && reader.isAnnounced()) {
      end(method.kind() == Method.Kind.UNARY ? UNARY_CUT_OFF : CUT_OFF);
    } else if (oneRequest && received == 0) {
      end(method.kind() == Method.Kind.UNARY ? NO_UNARY_REQUEST : NO_REQUEST);
    } else {
      try {
        listener.halfClosed();
      } catch (RuntimeException e) {
        refuse(e);
      }
    }
  }

  @Override
  void lost() {
    cancelExpiry();
    dropUnsent();
    countEnd(Code.CANCELLED);
    CallListener listener = handler;
    if (claimEnd() && listener != null) {
      tellCancelled(listener, Status.CANCELLED);
    }
  }

  private void tellCancelled(CallListener listener, Status why) {
    try {
      listener.cancelled(why);
    } catch (RuntimeException e) {
      session
          .log()
          .atError()
          .addKeyValue("method", method.fullName())
          .setCause(e)
          .log("request handler failed");
    }
  }

  @Override
  void roomAgain() {
    CallListener listener = handler;
    if (listener != null && !over) {
      try {
        listener.writable();
      } catch (RuntimeException e) {
        refuse(e);
      }
    }
  }

  // ---- from the handler, any thread

  @Override
  public String method() {
    return method.fullName();
  }

  @Override
  public Metadata metadata() {
    Metadata made = metadata;
    if (made == null) {
      made = GrpcHeaders.metadata(headers);
      metadata = made;
    }
    return made;
  }

  @Override
  public SocketAddress remoteAddress() {
    return session.peer().remote();
  }

  @Override
  public List<X509Certificate> clientCertificates() {
    return session.peer().certificates();
  }

  @Override
  public OptionalLong deadlineNanos() {
    return timeoutNanos == Long.MIN_VALUE
        ? OptionalLong.empty()
        : OptionalLong.of(startNanos + timeoutNanos);
  }

  @Override
  public void send(Payload message) {
    if (isEnded()) {
      message.release();
      return;
    }
    queued((long) message.length() + PREFIX);
    session.outbox().run(() -> write(message));
  }

  @Override
  public void finish(Status status, Metadata trailers) {
    if (claimEnd()) {
      session.outbox().run(() -> inTurn(() -> write(status, trailers)));
    }
  }

  @Override
  public void reply(Payload message) {
    if (!claimEnd()) {
      message.release();
      return;
    }
    queued((long) message.length() + PREFIX);
    session
        .outbox()
        .run(() -> {
          write(message);
          inTurn(() -> write(Status.OK, new Metadata()));
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
  public void execute(Runnable task) {
    session.outbox().later(task);
  }

  // ---- to the client, on the loop

  /** Behind a message that is still being compressed. */
  private void inTurn(Runnable step) {
    if (compression != null && compression.isBusy()) {
      compression.behind(step);
    } else {
      step.run();
    }
  }

  private void write(Payload message) {
    int length = message.length();
    if (compression != null && compression.isBusy()) {
      compression.behind(() -> write(message));
    } else if (over) {
      message.release();
      taken((long) length + PREFIX);
    } else if (compression != null && length > 0 && length <= sendLimit()) {
      compression.compress(
          message,
          framed -> {
            taken(length - framed.length());
            write(framed, length, true);
          });
    } else {
      write(message, length, false);
    }
  }

  private int sendLimit() {
    return Math.min(session.serving().limits().maxSendBytes(), MAX_LENGTH);
  }

  private void write(Payload framed, int length, boolean compressed) {
    if (framed.length() > sendLimit()) {
      framed.release();
      taken((long) framed.length() + PREFIX);
      claimEnd();
      write(MessageWriter.tooLarge(framed.length(), sendLimit()), new Metadata());
      return;
    }
    writeHeaders();
    session.events().messageSent(method, length);
    enqueue(framed, PREFIX, compressed);
  }

  private void writeHeaders() {
    if (!headersSent) {
      headersSent = true;
      session.sent();
      session.writeHeaders(stream, initial(), false, session.context().newPromise());
    }
  }

  private Http2Headers initial() {
    if (compression == null) {
      return session.grpcHeaders().size() == 0
          ? GrpcHeaders.response(headers)
          : GrpcHeaders.with(session.grpcHeaders(), GrpcHeaders.response(headers));
    }
    Http2Headers plain = GrpcHeaders.with(session.grpcHeaders(), GrpcHeaders.response(headers));
    return plain.add(GrpcHeaders.ENCODING, GrpcHeaders.GZIP);
  }

  private void write(Status status, Metadata trailers) {
    if (over) {
      return;
    }
    cancelExpiry();
    Http2Headers last;
    if (headersSent) {
      last =
          status.isOk() && trailers.size() == 0 ? GrpcHeaders.OK : new DefaultHttp2Headers(false);
    } else {
      // Behind an HTTP server the answer is never trailers-only (spec/api.md 17.1).
      if (session.isShared()) {
        writeHeaders();
      }
      last =
          headersSent
              ? new DefaultHttp2Headers(false)
              : GrpcHeaders.with(new Metadata(), GrpcHeaders.response(headers));
    }
    if (last != GrpcHeaders.OK) {
      last.add(GrpcHeaders.STATUS, AsciiString.cached(Integer.toString(status.code().number())));
      if (!status.message().isEmpty()) {
        last.add(GrpcHeaders.MESSAGE, PercentText.encode(status.message()));
      }
      GrpcHeaders.addAll(last, trailers);
    }
    headersSent = true;
    closeDelivery();
    dropUnsent();
    session.sent();
    countEnd(status.code());
    ChannelPromise written = session.context().newPromise();
    if (!remoteEnded) {
      // The client need not send the rest of its requests.
      written.addListener(
          (ChannelFutureListener)
              done -> {
                if (stream.state() != Http2Stream.State.CLOSED) {
                  session.reset(stream, Http2Error.NO_ERROR);
                }
              });
    }
    session.writeHeaders(stream, last, true, written);
  }

  /** Messages that were still to be compressed when the call ended, if by a deadline. */
  private void dropUnsent() {
    if (compression != null) {
      compression.drop();
    }
  }

  private void cancelExpiry() {
    if (expiry != null) {
      expiry.cancel(false);
    }
  }
}
