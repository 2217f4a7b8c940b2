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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

class PeerCallsTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final RecordingLogger log = new RecordingLogger();
  private final EdgeServer server =
      new EdgeServer(
          new EdgeOptions(1, "peer-calls-test-", true, false),
          EdgeListener.NONE,
          NOPLogger.NOP_LOGGER);
  private final PeerCalls calls =
      new PeerCalls(
          new HttpDialer(server, new HttpDialer.Options(LIMIT, LIMIT, false, Optional.empty())),
          PeerCalls.Asker.NOBODY,
          LIMIT,
          LIMIT,
          new OsClock(),
          log);

  @AfterEach
  void close() {
    server.close();
  }

  /** With one after the other, the first would never answer. */
  @Test
  void allAreAskedForTheirClusterAtOnceAndTheFirstInOrderCounts() throws Exception {
    var secondWasAsked = new CountDownLatch(1);
    try (var first = new Answering(200, "a", "[]", secondWasAsked::await);
        var second = new Answering(200, "b", "[]", secondWasAsked::countDown)) {
      assertThat(calls.cluster(List.of(first.url(), second.url()), LIMIT, false))
          .hasValueSatisfying(cluster -> assertThat(cluster.id()).isEqualTo(0xa));
    }
  }

  /** It was read and dropped, and what the follower itself knew was answered. */
  @Test
  void aPromotionIsAnsweredWithTheMembersThatTheLeaderKnows() throws Exception {
    var promoted = Member.of(7, List.of("http://127.0.0.1:1"), false);
    try (var leader = new Answering(200, "[" + promoted.toJson() + "]\n")) {
      assertThat(calls.promote(() -> List.of(leader.url()), 7, Optional.empty()).join())
          .containsExactly(promoted);
    }
  }

  /** Answers one question, after a step. */
  private static final class Answering implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

    private interface Step {
      void run() throws InterruptedException;
    }

    Answering(int status, String body) throws IOException {
      this(status, "a", body, () -> {});
    }

    Answering(int status, String clusterId, String body, Step before) throws IOException {
      Thread.ofVirtual()
          .start(() -> {
            try (var asked = socket.accept()) {
              before.run();
              asked
                  .getOutputStream()
                  .write(
                      "HTTP/1.1 %d X\r\nContent-Length: %d\r\nX-Etcd-Cluster-ID: %s\r\n\r\n%s"
                          .formatted(status, body.length(), clusterId, body)
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
    assertThat(calls.versions(Member.of(0xa, List.of(), false)))
        .isCompletedWithValue(Optional.empty());
    assertThat(log.lines)
        .containsExactly(
            "WARN failed to reach the peer URL remote-member-id=a"
                + " error=java.lang.IllegalArgumentException: no peer URL");
  }
}
