package io.quorate.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.edge.EdgeListener;
import io.quorate.edge.EdgeOptions;
import io.quorate.edge.EdgeServer;
import io.quorate.edge.HttpDialer;
import io.quorate.io.fixture.RecordingLogger;
import io.quorate.io.os.OsClock;
import io.quorate.statemachine.membership.Member;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

class PeerCallsTest {
  /** With one after the other, the first would never answer. */
  @Test
  void allAreAskedForTheirClusterAtOnceAndTheFirstInOrderCounts() throws Exception {
    var limit = Duration.ofMinutes(1);
    var secondWasAsked = new CountDownLatch(1);
    try (var server =
            new EdgeServer(
                new EdgeOptions(1, "peer-calls-test-", true, false),
                EdgeListener.NONE,
                NOPLogger.NOP_LOGGER);
        var first = new Answering("a", secondWasAsked::await);
        var second = new Answering("b", secondWasAsked::countDown)) {
      var dialer =
          new HttpDialer(server, new HttpDialer.Options(limit, limit, false, Optional.empty()));
      var calls =
          new PeerCalls(
              dialer, PeerCalls.Asker.NOBODY, limit, limit, new OsClock(), NOPLogger.NOP_LOGGER);
      assertThat(calls.cluster(List.of(first.url(), second.url()), limit, false))
          .hasValueSatisfying(cluster -> assertThat(cluster.id()).isEqualTo(0xa));
    }
  }

  /** Answers one question for its cluster of no members, after a step. */
  private static final class Answering implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

    private interface Step {
      void run() throws InterruptedException;
    }

    Answering(String clusterId, Step before) throws IOException {
      Thread.ofVirtual()
          .start(() -> {
            try (var asked = socket.accept()) {
              before.run();
              asked
                  .getOutputStream()
                  .write(
                      ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Etcd-Cluster-ID: "
                              + clusterId
                              + "\r\n\r\n[]")
                          .getBytes(StandardCharsets.US_ASCII));
              asked.getInputStream().readAllBytes();
            } catch (IOException | InterruptedException e) {
              // The other end sees no answer.
            }
          });
    }

    String url() {
      return "http://127.0.0.1:" + socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void aFailureIsSaidInItsOwnWords() {
    var log = new RecordingLogger();
    try (var server =
        new EdgeServer(
            new EdgeOptions(1, "peer-calls-test-", true, false),
            EdgeListener.NONE,
            NOPLogger.NOP_LOGGER)) {
      var limit = Duration.ofSeconds(1);
      var dialer =
          new HttpDialer(server, new HttpDialer.Options(limit, limit, false, Optional.empty()));
      var calls = new PeerCalls(dialer, PeerCalls.Asker.NOBODY, limit, limit, new OsClock(), log);
      assertThat(calls.versions(Member.of(0xa, List.of(), false)))
          .isCompletedWithValue(Optional.empty());
    }
    assertThat(log.lines)
        .containsExactly(
            "WARN failed to reach the peer URL remote-member-id=a"
                + " error=java.lang.IllegalArgumentException: no peer URL");
  }
}
