package io.quorate.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.edge.EdgeListener;
import io.quorate.edge.EdgeOptions;
import io.quorate.edge.EdgeServer;
import io.quorate.edge.HttpDialer;
import io.quorate.io.fixture.RecordingLogger;
import io.quorate.io.os.OsClock;
import io.quorate.node.port.OtherMembers;
import io.quorate.statemachine.membership.Member;
import io.quorate.statemachine.membership.Version;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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

  private static Member at(Answering... urls) {
    return Member.of(1, Stream.of(urls).map(Answering::url).toList(), false);
  }

  /** What etcd's JSON decoder refuses counts as no answer, and the next URL is asked. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]x",
        "[] []",
        "[{\"id\":-7,\"peerURLs\":[\"http://127.0.0.1:1\"]}]",
        "{}",
      })
  void aListOfMembersThatCannotBeReadIsPassedOver(String malformed) throws Exception {
    try (var first = new Answering(200, "a", malformed, () -> {});
        var second = new Answering(404, "b", "[] \n", () -> {})) {
      assertThat(calls.cluster(List.of(first.url(), second.url()), LIMIT, false))
          .hasValueSatisfying(cluster -> assertThat(cluster.id()).isEqualTo(0xb));
    }
  }

  @ParameterizedTest
  @CsvSource({
    // Whatever else is there, and whatever the status.
    "200, '{\"etcdserver\":\"3.6.14\",\"etcdcluster\":\"3.6.0\",\"more\":[1,{}]}', 3.6.14, 3.6.0",
    "503, '{\"etcdserver\":\"3.6.14\",\"etcdcluster\":\"not_decided\"}', 3.6.14,",
    "200, '{\"etcdserver\":\"none\",\"etcdcluster\":\"3.6.0\"}', , 3.6.0",
    "200, '{\"etcdcluster\":\"3.6.0\"} ', , 3.6.0",
    "200, null, ,",
    // Here the next one is asked.
    "200, '{\"etcdserver\":\"3.6.14\",\"storage\":7}', 3.4.0, 3.4.0",
    "200, '{}{}', 3.4.0, 3.4.0",
    "200, '', 3.4.0, 3.4.0"
  })
  void versionsAreReadAsTheOriginalDoes(
      int status, String body, @Nullable String server, @Nullable String cluster) throws Exception {
    try (var first = new Answering(status, body);
        var second = new Answering(200, "{\"etcdserver\":\"3.4.0\",\"etcdcluster\":\"3.4.0\"}")) {
      assertThat(calls.versions(at(first, second)).join())
          .contains(
              new OtherMembers.Versions(
                  Optional.ofNullable(server).flatMap(Version::parse),
                  Optional.ofNullable(cluster).flatMap(Version::parse)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "200, true, false, true",
    "500, T, false, true",
    "200, 1, false, true",
    "200, FALSE, true, false",
    "404, 0, true, false",
    "200, 'true\n', false, false",
    "200, yes, false, false",
    "200, tRUE, 0, false"
  })
  void whetherADowngradeIsEnabledIsReadToTheByte(
      int status, String body, String next, boolean enabled) throws Exception {
    try (var first = new Answering(status, body);
        var second = new Answering(200, next)) {
      assertThat(calls.downgradeEnabled(at(first, second)).join()).contains(enabled);
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
              // Who is answered before it has asked may not listen yet.
              var question =
                  new BufferedReader(
                      new InputStreamReader(asked.getInputStream(), StandardCharsets.US_ASCII));
              while (!question.readLine().isEmpty()) {}
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
