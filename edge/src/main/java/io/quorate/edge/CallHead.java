package io.quorate.edge;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import io.quorate.rpc.Code;
import io.quorate.rpc.Status;
import io.quorate.rpc.Timeouts;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with the headers of a gRPC call before anybody handles it, in the words and in the
 * order of gRPC's own server.
 */
final class CallHead {
  private static final AsciiString POST = AsciiString.cached("POST");
  private static final AsciiString HOST = AsciiString.cached("host");
  private static final String BINARY = "-bin";

  record Refusal(int httpStatus, Status status) {
    private static Optional<Refusal> of(int httpStatus, Code code, String text) {
      return Optional.of(new Refusal(httpStatus, new Status(code, text)));
    }
  }

  private CallHead() {}

  static Optional<Refusal> refusal(Http2Headers headers) {
    int hosts = 0;
    String malformed = null;
    for (Map.Entry<CharSequence, CharSequence> field : headers) {
      CharSequence name = field.getKey();
      if (HOST.contentEquals(name)) {
        hosts++;
      }
      String fault = fault(name, field.getValue());
      malformed = fault == null ? malformed : fault; // of several, the last is told
    }
    if (hosts > 1) {
      return Refusal.of(
          400,
          Code.INTERNAL,
          "num values of :authority: "
              + (headers.authority() == null ? 0 : 1)
              + ", num values of host: "
              + hosts
              + ", both must only have 1 value as per HTTP/2 spec");
    }
    CharSequence type = text(headers.get(GrpcHeaders.CONTENT_TYPE));
    if (!GrpcHeaders.isGrpc(type)) {
      return Refusal.of(
          415, Code.INVALID_ARGUMENT, "invalid gRPC request content-type " + quoted(type));
    }
    if (malformed != null) {
      return Refusal.of(400, Code.INTERNAL, malformed);
    }
    CharSequence method = text(headers.method());
    if (!POST.contentEquals(method)) {
      return Refusal.of(
          405,
          Code.INTERNAL,
          "Received a HEADERS frame with :method " + quoted(method) + " which should be POST");
    }
    return Optional.empty();
  }

  private static @Nullable String fault(CharSequence name, CharSequence value) {
    if (GrpcHeaders.TIMEOUT.contentEquals(name)) {
      return Timeouts.fault(value.toString())
          .map(fault -> "malformed grpc-timeout: " + fault)
          .orElse(null);
    }
    int start = name.length() - BINARY.length();
    if (start < 0 || !AsciiString.regionMatches(name, false, start, BINARY, 0, BINARY.length())) {
      return null;
    }
    int illegal = illegalByte(value);
    return illegal < 0
        ? null
        : "malformed binary metadata "
            + quoted(value)
            + " in header "
            + quoted(name)
            + ": illegal base64 data at input byte "
            + illegal;
  }

  /** Where {@code text} stops being base64, padded or not, as Go counts; negative if nowhere. */
  private static int illegalByte(CharSequence text) {
    int length = text.length();
    boolean padded = length % 4 == 0;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9') {
        continue;
      }
      if (c == '+' || c == '/') {
        continue;
      }
      if (c != '=' || !padded || i % 4 < 2 || i % 4 == 2 && text.charAt(i + 1) != '=') {
        return i;
      }
      int end = i + 4 - i % 4;
      return end < length ? end : -1;
    }
    return length % 4 == 1 ? length - 1 : -1; // six bits make no byte
  }

  private static CharSequence text(@Nullable CharSequence header) {
    return header == null ? "" : header;
  }

  private static String quoted(CharSequence text) {
    return '"' + text.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
