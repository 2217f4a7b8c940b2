package io.quorate.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.rpc.Code;
import io.quorate.rpc.Method;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.helpers.NOPLogger;

/** Binding, accepting and counting. */
@Timeout(120)
class ListenerTest {
  private static EdgeServer server(boolean epoll) {
    return new EdgeServer(
        new EdgeOptions(1, "edge-test-", epoll, false), EdgeListener.NONE, NOPLogger.NOP_LOGGER);
  }

  private static int port(Listener listener) {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  @Test
  void aPortInUseIsToldInGosWords() {
    for (boolean epoll : new boolean[] {true, false}) {
      try (var server = server(epoll)) {
        int port = port(server.bind(ListenAddress.tcp("127.0.0.1", 0), SocketOptions.DEFAULT));
        assertThatThrownBy(
                () -> server.bind(ListenAddress.tcp("127.0.0.1", port), SocketOptions.DEFAULT))
            .isInstanceOf(ListenException.class)
            .hasMessage("listen tcp 127.0.0.1:" + port + ": bind: address already in use");
        assertThatThrownBy(
                () -> server.bind(ListenAddress.tcp("192.0.2.1", 1), SocketOptions.DEFAULT))
            .hasMessage("listen tcp 192.0.2.1:1: bind: cannot assign requested address");
      }
    }
  }

  @Test
  void severalMayShareAPortWhereAsked() {
    for (boolean epoll : new boolean[] {true, false}) {
      try (var server = server(epoll)) {
        var share = new SocketOptions(true);
        int port = port(server.bind(ListenAddress.tcp("127.0.0.1", 0), share));
        assertThat(port(server.bind(ListenAddress.tcp("127.0.0.1", port), share))).isEqualTo(port);
      }
    }
  }

  @Test
  void whoComesBeforeServingIsSentAwayWhereAsked() throws Exception {
    try (var server = server(true);
        var services = new Services()) {
      Listener listener = server.bind(ListenAddress.tcp("127.0.0.1", 0), SocketOptions.DEFAULT);
      listener.refuse();
      try (var early = new Socket("127.0.0.1", port(listener))) {
        assertThat(early.getInputStream().read()).isEqualTo(-1);
      }
      listener.serve(Serving.plain().grpc(services.table()).http(new Web()));
      try (var later = new Socket("127.0.0.1", port(listener))) {
        later
            .getOutputStream()
            .write("GET /hello HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(later.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
            .startsWith("HTTP/1.0 200 OK");
      }
    }
  }

  @Test
  void clientsConnectBeforeServingAndAreAnsweredFromThenOn() throws Exception {
    try (var server = server(true);
        var services = new Services()) {
      Listener listener = server.bind(ListenAddress.tcp("127.0.0.1", 0), SocketOptions.DEFAULT);
      try (var early = new Socket("127.0.0.1", port(listener))) {
        early
            .getOutputStream()
            .write("GET /hello HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(listener.connections()).isZero();
        listener.serve(Serving.plain().grpc(services.table()).http(new Web()));
        assertThat(new String(early.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
            .startsWith("HTTP/1.0 200 OK");
      }
    }
  }

  @Test
  void connectionsBeyondTheLimitWait() throws Exception {
    try (var edge =
        TestEdge.start(
            serving -> serving.http(new Web()).limits(Limits.DEFAULT.withMaxConnections(20)))) {
      Socket[] sockets = new Socket[60];
      for (int i = 0; i < sockets.length; i++) {
        sockets[i] = new Socket("127.0.0.1", edge.port());
      }
      Eventually.holds(() -> edge.listener.connections() >= 20);
      Eventually.settles(edge.listener::connections);
      assertThat(edge.listener.connections()).isEqualTo(20);
      for (Socket socket : sockets) {
        socket.close();
      }
      try (var last = new Socket("127.0.0.1", edge.port())) {
        last.getOutputStream()
            .write("GET /hello HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(last.getInputStream().readAllBytes()).isNotEmpty();
      }
    }
  }

  @Test
  void aUnixSocketServesAndItsFileGoes(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("client.sock");
    for (boolean epoll : new boolean[] {true, false}) {
      try (var server = server(epoll)) {
        Listener listener =
            server.bind(new ListenAddress.Unix(file.toString()), SocketOptions.DEFAULT);
        listener.serve(Serving.plain().http(new Web()));
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
          channel.connect(UnixDomainSocketAddress.of(file));
          channel.write(
              ByteBuffer.wrap("GET /hello HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
          ByteBuffer answer = ByteBuffer.allocate(4_096);
          while (channel.read(answer) >= 0) {}
          assertThat(new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII))
              .startsWith("HTTP/1.0 200 OK");
        }
      }
      Eventually.holds(() -> !Files.exists(file));
    }
  }

  @Test
  void everyCallIsCountedOnce() {
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    var open = new AtomicInteger();
    var events =
        new EdgeListener() {
          @Override
          public void connectionOpened(Listener listener) {
            open.incrementAndGet();
          }

          @Override
          public void connectionClosed(Listener listener) {
            open.decrementAndGet();
          }

          @Override
          public void callStarted(Method method) {
            heard.add("started " + method.name());
          }

          @Override
          public void messageReceived(Method method, int bytes) {
            heard.add("received " + bytes);
          }

          @Override
          public void messageSent(Method method, int bytes) {
            heard.add("sent " + bytes);
          }

          @Override
          public void callHandled(Method method, Code code, long nanos) {
            heard.add("handled " + method.kind().metricLabel() + " " + code.goName());
          }
        };
    try (var edge = TestEdge.start(events, serving -> serving)) {
      try (var client = JavaClient.plain(edge.port())) {
        client.unary("test.Echo/Unary", new byte[7]);
        client.failure("test.Echo/Fail", JavaClient.bytes("5 gone"));
        client.failure("test.Echo/Nothing", new byte[0]);
        assertThat(open.get()).isEqualTo(1);
      }
      Eventually.holds(() -> open.get() == 0);
    }
    assertThat(heard)
        .containsExactlyElementsOf(
            List.of(
                "started Unary",
                "received 7",
                "sent 7",
                "handled unary OK",
                "started Fail",
                "received 6",
                "handled unary NotFound"));
  }
}
