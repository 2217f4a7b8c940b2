package io.quorate.edge;

import static io.quorate.edge.RawHttp2.DATA;
import static io.quorate.edge.RawHttp2.END_HEADERS;
import static io.quorate.edge.RawHttp2.HEADERS;
import static io.quorate.edge.RawHttp2.grpc;
import static io.quorate.edge.RawHttp2.message;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every buffer is given back, whichever way a connection ends. Needs the paranoid level. */
@Timeout(120)
class LeakTest {
  @Test
  void noBufferIsForgotten() throws Exception {
    try (var edge = TestEdge.start(serving -> serving.http(new Web()))) {
      for (int round = 0; round < 8; round++) {
        endings(edge.port());
      }
      edge.listener.drain(java.time.Duration.ofMillis(10)).get(40, TimeUnit.SECONDS);
    }
    // Leaks are reported when a later buffer of the same kind is made.
    for (int i = 0; i < 5; i++) {
      System.gc();
      try (var edge = TestEdge.start(serving -> serving.http(new Web()))) {
        endings(edge.port());
      }
    }
    assertThat(Leaks.seen()).isEmpty();
  }

  private static void endings(int port) throws Exception {
    try (var raw = RawHttp2.open(port)) { // requests that nobody takes
      raw.frame(HEADERS, END_HEADERS, 1, grpc("/test.Echo/Unread"));
      raw.frame(DATA, 0, 1, message(0, 1, (byte) 1));
      raw.frame(DATA, 0, 1, message(0, 1_000, new byte[1_000]));
      raw.frame(DATA, 0, 1, message(0, 1_000, new byte[100]));
      raw.settle();
    }
    try (var raw = RawHttp2.open(port)) { // a payload half pulled
      raw.frame(HEADERS, END_HEADERS, 1, grpc("/test.Echo/Big"));
      raw.frame(DATA, 1, 1, message(0, 6, JavaClient.bytes("300000")));
      raw.await(DATA);
      raw.settle();
    }
    try (var raw = RawHttp2.open(port)) { // half a message
      raw.frame(HEADERS, END_HEADERS, 1, grpc("/test.Echo/Unary"));
      raw.frame(DATA, 0, 1, message(0, 100, new byte[50]));
      raw.settle();
    }
    try (var raw = RawHttp2.open(port)) { // refused while more is on its way
      raw.frame(HEADERS, END_HEADERS, 1, grpc("/test.Echo/Unary"));
      raw.frame(DATA, 0, 1, message(0, -1, new byte[5_000]));
      raw.frame(DATA, 0, 1, new byte[5_000]);
      raw.awaitTrailers(1);
    }
    try (var raw = new RawHttp2(port)) { // half a preface
      raw.write("PRI * HTT".getBytes(StandardCharsets.US_ASCII));
    }
    for (String request :
        new String[] {
          "POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc",
          "GET /stream?1000 HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n",
          "NONSENSE\r\n\r\nmore",
          "GET /hel"
        }) {
      try (var socket = new Socket("127.0.0.1", port)) {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        if (request.contains("/stream")) {
          socket.getInputStream().read();
        }
      }
    }
  }
}
