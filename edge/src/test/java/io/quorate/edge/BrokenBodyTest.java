package io.quorate.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.helpers.NOPLogger;

/** A body whose sender is gone before it has sent all of it. */
class BrokenBodyTest {
  private static final long LIMIT_SECONDS = 20;

  /** What a handler hears. */
  private static final class Body implements HttpReceiver {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CompletableFuture<String> error = new CompletableFuture<>();
    private final CountDownLatch aborted = new CountDownLatch(1);

    @Override
    public void data(byte[] piece) {
      begun.countDown();
    }

    @Override
    public boolean brokenOff(String why) {
      error.complete(why);
      return true;
    }

    @Override
    public void aborted() {
      aborted.countDown();
    }
  }

  /** The answer to the request before it comes first, then the refusal. */
  @Test
  void garbageBehindARequestTakesNoAnswerAway() throws Exception {
    try (var server =
        new EdgeServer(
            new EdgeOptions(1, "edge-test-", true, false),
            EdgeListener.NONE,
            NOPLogger.NOP_LOGGER)) {
      Listener listener = server.bind(ListenAddress.tcp("127.0.0.1", 0), SocketOptions.DEFAULT);
      var whole = new CompletableFuture<HttpExchange>();
      listener.serve(
          Serving.plain()
              .http(exchange ->
                  new HttpReceiver() {
                    @Override
                    public void end() {
                      // Once all that has come is looked at.
                      exchange.execute(() -> whole.complete(exchange));
                    }
                  }));
      int port = ((InetSocketAddress) listener.localAddress()).getPort();
      try (Socket socket = new Socket("127.0.0.1", port)) {
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
        socket
            .getOutputStream()
            .write(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbodyno request\r\n\r\n"
                    .getBytes(US_ASCII));
        whole.get(LIMIT_SECONDS, TimeUnit.SECONDS).respond(200, "answer");
        String all = new String(socket.getInputStream().readAllBytes(), US_ASCII);
        assertThat(all)
            .startsWith("HTTP/1.1 200 OK\r\n")
            .contains("answerHTTP/1.1 400 Bad Request");
      }
    }
  }

  /** In Go's words; the end of the connection is heard as well. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aResetIsHeardAsTheEndOfTheBody(boolean epoll) throws Exception {
    try (var server =
        new EdgeServer(
            new EdgeOptions(1, "edge-test-", epoll, false),
            EdgeListener.NONE,
            NOPLogger.NOP_LOGGER)) {
      Listener listener = server.bind(ListenAddress.tcp("127.0.0.1", 0), SocketOptions.DEFAULT);
      var body = new Body();
      listener.serve(Serving.plain().http(exchange -> body));
      int port = ((InetSocketAddress) listener.localAddress()).getPort();
      int from;
      try (Socket socket = new Socket("127.0.0.1", port)) {
        from = socket.getLocalPort();
        socket
            .getOutputStream()
            .write(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf".getBytes(US_ASCII));
        assertThat(body.begun.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        socket.setSoLinger(true, 0);
      }
      assertThat(body.error.get(LIMIT_SECONDS, TimeUnit.SECONDS))
          .isEqualTo(
              "read tcp 127.0.0.1:"
                  + port
                  + "->127.0.0.1:"
                  + from
                  + ": read: connection reset by peer");
      assertThat(body.aborted.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
  }
}
