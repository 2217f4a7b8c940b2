package io.quorate.peer.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.edge.EdgeListener;
import io.quorate.edge.EdgeOptions;
import io.quorate.edge.EdgeServer;
import io.quorate.edge.HttpExchange;
import io.quorate.edge.HttpReceiver;
import io.quorate.edge.ListenAddress;
import io.quorate.edge.Listener;
import io.quorate.edge.Serving;
import io.quorate.edge.SocketOptions;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Payload;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

/** Connections that waited in the listener's queue until it served: who of them is attached. */
class LiveOnlyTest {
  private static final long LIMIT_SECONDS = 20;
  private final EdgeServer server =
      new EdgeServer(
          new EdgeOptions(1, "live-only-test-", true, false),
          EdgeListener.NONE,
          NOPLogger.NOP_LOGGER);
  private final Listener listener =
      server.bind(ListenAddress.tcp("127.0.0.1", 0), SocketOptions.DEFAULT);
  private final ConcurrentLinkedQueue<String> attached = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
  private final CountDownLatch aborted = new CountDownLatch(1);

  @AfterEach
  void close() {
    server.close();
  }

  private Socket ask(String path, String rest) throws IOException {
    var socket = new Socket("127.0.0.1", ((InetSocketAddress) listener.localAddress()).getPort());
    socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
    socket
        .getOutputStream()
        .write(("POST " + path + " HTTP/1.1\r\nHost: a\r\n" + rest).getBytes(US_ASCII));
    return socket;
  }

  /** Serves, and waits until it has been decided about {@code count} requests. */
  private void serve(int count) throws InterruptedException {
    var decided = new CountDownLatch(count);
    listener.serve(
        Serving.plain()
            .http(exchange -> {
              exchange.begin(200, new Metadata());
              HttpReceiver live = LiveOnly.attach(exchange, () -> stream(exchange));
              exchange.execute(decided::countDown);
              return live;
            }));
    assertThat(decided.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  private HttpReceiver stream(HttpExchange exchange) {
    attached.add(exchange.request().path());
    exchange.write(Payload.of("hello".getBytes(US_ASCII)));
    return new HttpReceiver() {
      @Override
      public void data(byte[] piece) {
        heard.add(new String(piece, US_ASCII));
      }

      @Override
      public void aborted() {
        aborted.countDown();
      }
    };
  }

  /** Both dial before we serve; one gives up, as a peer does after its dial timeout. */
  @Test
  void whoHasGoneBeforeWeServedIsNotAttached() throws Exception {
    ask("/gone", "\r\n").close();
    try (Socket live = ask("/live", "\r\n")) {
      ask("/gone-too", "\r\n").close();
      serve(3);
      assertThat(attached).containsExactly("/live");
      var answer = new StringBuilder();
      while (!answer.toString().contains("hello")) {
        answer.append((char) live.getInputStream().read());
      }
      assertThat(answer.toString()).startsWith("HTTP/1.1 200 OK\r\n");
    }
    // Its end is heard by what was attached.
    assertThat(aborted.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  /** What comes after the turn in which it was attached goes to what was attached. */
  @Test
  void whatComesLaterIsPassedOn() throws Exception {
    try (Socket live = ask("/live", "Content-Length: 10\r\n\r\n")) {
      serve(1);
      live.getOutputStream().write("0123456789".getBytes(US_ASCII));
      while (String.join("", heard).length() < 10) {
        Thread.onSpinWait();
      }
      assertThat(String.join("", List.copyOf(heard))).isEqualTo("0123456789");
    }
    assertThat(aborted.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
  }
}
