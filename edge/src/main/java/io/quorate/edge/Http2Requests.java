package io.quorate.edge;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;
import io.quorate.rpc.Code;
import io.quorate.rpc.Method;
import io.quorate.rpc.PercentText;
import io.quorate.rpc.ServiceTable;
import io.quorate.rpc.Status;
import io.quorate.rpc.Timeouts;
import java.util.Optional;
import java.util.OptionalLong;

/** Decides by its headers what an HTTP/2 request is: a gRPC call, an HTTP request, or nothing. */
final class Http2Requests {
  private final Http2Session session;
  private final Serving serving;

  Http2Requests(Http2Session session, Serving serving) {
    this.session = session;
    this.serving = serving;
  }

  void begin(Http2Stream stream, Http2Headers headers, boolean last) {
    if (serving.grpc().isPresent() && (!session.isShared() || saysGrpc(headers))) {
      call(serving.grpc().get(), stream, headers, last);
    } else if (serving.http().isPresent()) {
      var exchange = new Http2Exchange(session, stream, headers, serving.http().get());
      session.serve(stream, exchange);
      exchange.start();
      exchange.received(Unpooled.EMPTY_BUFFER, 0, last);
    } else {
      session.reset(stream, Http2Error.REFUSED_STREAM);
    }
  }

  private static boolean saysGrpc(Http2Headers headers) {
    CharSequence type = headers.get(GrpcHeaders.CONTENT_TYPE);
    CharSequence path = headers.path();
    // The mux in front of both knows /v3/ as the gateway (spec/api.md 17.1).
    return type != null
        && AsciiString.contains(type, "application/grpc")
        && (path == null || !AsciiString.regionMatches(path, false, 0, "/v3/", 0, 4));
  }

  private void call(ServiceTable services, Http2Stream stream, Http2Headers headers, boolean last) {
    Optional<CallHead.Refusal> refusal = CallHead.refusal(headers);
    if (refusal.isPresent()) {
      refuse(stream, headers, last, refusal.get().httpStatus(), refusal.get().status());
      return;
    }
    CharSequence timeoutText = headers.get(GrpcHeaders.TIMEOUT);
    OptionalLong timeout =
        timeoutText == null ? OptionalLong.empty() : Timeouts.parse(timeoutText.toString());
    String path = headers.path() == null ? "" : headers.path().toString();
    Optional<Method> method = services.method(path);
    if (method.isEmpty()) {
      refuse(stream, headers, last, 200, services.unknown(path));
      return;
    }
    CharSequence encoding = headers.get(GrpcHeaders.ENCODING);
    boolean gzip = encoding != null && GrpcHeaders.GZIP.contentEquals(encoding);
    if (encoding != null && !gzip && !encoding.isEmpty() && !"identity".contentEquals(encoding)) {
      refuse(
          stream,
          headers,
          last,
          200,
          new Status(
              Code.UNIMPLEMENTED,
              "grpc: Decompressor is not installed for grpc-encoding \"" + encoding + "\""));
      return;
    }
    var call = new GrpcCall(session, stream, method.get(), headers, gzip, timeout);
    session.serve(stream, call);
    call.start();
    if (last) {
      call.received(Unpooled.EMPTY_BUFFER, 0, true);
    }
  }

  /** Ends a call that no handler sees. */
  private void refuse(
      Http2Stream stream, Http2Headers request, boolean last, int httpStatus, Status status) {
    Http2Headers answer = new DefaultHttp2Headers(false);
    answer.add(GrpcHeaders.response(request));
    answer.status(Integer.toString(httpStatus));
    GrpcHeaders.addAll(answer, session.grpcHeaders());
    answer.add(GrpcHeaders.STATUS, Integer.toString(status.code().number()));
    answer.add(GrpcHeaders.MESSAGE, PercentText.encode(status.message()));
    session.sent();
    var written = session.context().newPromise();
    if (!last) {
      written.addListener(done -> {
        if (stream.state() != Http2Stream.State.CLOSED) {
          session.reset(stream, Http2Error.NO_ERROR);
        }
      });
    }
    session.writeHeaders(stream, answer, true, written);
  }
}
