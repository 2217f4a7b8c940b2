package io.quorate.edge;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import io.quorate.rpc.Metadata;
import java.util.Map;
import java.util.Set;

/** The headers that gRPC itself reads and writes. */
final class GrpcHeaders {
  static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
  static final AsciiString ENCODING = AsciiString.cached("grpc-encoding");
  static final AsciiString TIMEOUT = AsciiString.cached("grpc-timeout");
  static final AsciiString STATUS = AsciiString.cached("grpc-status");
  static final AsciiString MESSAGE = AsciiString.cached("grpc-message");
  static final AsciiString GZIP = AsciiString.cached("gzip");

  /** Trailers of a call that went well. */
  static final Http2Headers OK =
      ReadOnlyHttp2Headers.trailers(
          false, STATUS, AsciiString.cached("0"), MESSAGE, AsciiString.EMPTY_STRING);

  private static final String GRPC = "application/grpc";
  private static final Http2Headers PLAIN_RESPONSE =
      ReadOnlyHttp2Headers.serverHeaders(
          false, AsciiString.cached("200"), CONTENT_TYPE, AsciiString.cached(GRPC));
  private static final Set<String> OWN =
      Set.of(
          "te",
          "content-type",
          "grpc-encoding",
          "grpc-timeout",
          "grpc-accept-encoding",
          "grpc-message-type",
          "grpc-status",
          "grpc-message",
          "grpc-status-details-bin");

  private GrpcHeaders() {}

  /** Whether gRPC's own server takes this content type: with {@code +} or {@code ;} behind. */
  static boolean isGrpc(CharSequence type) {
    if (type.length() < GRPC.length()
        || !AsciiString.regionMatches(type, false, 0, GRPC, 0, GRPC.length())) {
      return false;
    }
    char next = type.length() == GRPC.length() ? ';' : type.charAt(GRPC.length());
    return next == '+' || next == ';';
  }

  /** {@code :status} 200 and the content type that answers {@code request}. Not to be changed. */
  static Http2Headers response(Http2Headers request) {
    CharSequence type = request.get(CONTENT_TYPE);
    if (type == null || type.length() <= GRPC.length() + 1 || !isGrpc(type)) {
      return PLAIN_RESPONSE;
    }
    return new DefaultHttp2Headers(false)
        .status(AsciiString.cached("200"))
        .add(CONTENT_TYPE, GRPC + '+' + type.toString().substring(GRPC.length() + 1));
  }

  /** A copy that may be changed, {@code more} added. */
  static Http2Headers with(Metadata more, Http2Headers headers) {
    Http2Headers copy = new DefaultHttp2Headers(false);
    copy.add(headers);
    addAll(copy, more);
    return copy;
  }

  static void addAll(Http2Headers headers, Metadata more) {
    for (int i = 0; i < more.size(); i++) {
      headers.add(more.name(i), more.value(i));
    }
  }

  /** The custom headers of a call. */
  static Metadata metadata(Http2Headers headers) {
    var metadata = new Metadata();
    for (Map.Entry<CharSequence, CharSequence> header : headers) {
      String name = header.getKey().toString();
      if (name.charAt(0) != ':' && !OWN.contains(name)) {
        metadata.add(name, header.getValue().toString());
      }
    }
    return metadata;
  }
}
