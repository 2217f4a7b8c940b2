package io.quorate.edge;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Optional;

/** What is wrong with the head of an HTTP/1 request before anybody handles it, in Go's words. */
final class RequestHead {
  private static final HttpResponseStatus BAD_TRANSFER_ENCODING =
      HttpResponseStatus.NOT_IMPLEMENTED;

  private RequestHead() {}

  static Optional<HttpResponseStatus> refusal(HttpRequest head) {
    HttpVersion version = head.protocolVersion();
    if (isHttp2Preface(head)) {
      return Optional.empty(); // its target, *, is refused by whoever is asked
    }
    if (version.majorVersion() != 1) {
      return Optional.of(
          new HttpResponseStatus(505, "HTTP Version Not Supported: unsupported protocol version"));
    }
    String target = head.uri();
    int question = target.indexOf('?');
    if (HttpTable.decode(question < 0 ? target : target.substring(0, question)).isEmpty()) {
      return bad("");
    }
    List<String> hosts = head.headers().getAll("host");
    if (hosts.isEmpty() && version.minorVersion() > 0) {
      return bad(": missing required Host header");
    }
    if (hosts.size() > 1) {
      return bad("");
    }
    if (!hosts.isEmpty() && !isHost(hosts.getFirst())) {
      return bad(": malformed Host header");
    }
    return transferEncodingRefusal(head);
  }

  /** That of a client who takes it for granted that HTTP/2 is spoken here. */
  private static boolean isHttp2Preface(HttpRequest head) {
    return head.protocolVersion().majorVersion() == 2
        && head.method().name().equals("PRI")
        && head.uri().equals("*")
        && head.headers().isEmpty();
  }

  /** Refuses what is not chunked, if the request says how it is transferred. */
  static Optional<HttpResponseStatus> transferEncodingRefusal(HttpRequest head) {
    for (String encoding : head.headers().getAll("transfer-encoding")) {
      if (!encoding.equalsIgnoreCase("chunked")) {
        return Optional.of(BAD_TRANSFER_ENCODING);
      }
    }
    return Optional.empty();
  }

  private static Optional<HttpResponseStatus> bad(String why) {
    return Optional.of(new HttpResponseStatus(400, "Bad Request" + why));
  }

  private static boolean isHost(String text) {
    return text.chars().allMatch(c -> c > ' ' && c < 0x7f && "\"<>\\^`{|}".indexOf(c) < 0);
  }

  /** The body of such an answer. */
  static String body(HttpResponseStatus status) {
    return status == BAD_TRANSFER_ENCODING ? "Unsupported transfer encoding" : status.toString();
  }
}
