package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One member of three, started alone: it cannot publish itself, and its ports behave as
 * spec/server.md 3.2 says (visible timing).
 */
class AloneOfThreeTest {
  private static final int SILENCE_MILLIS = 2000;
  private static final int KILLED_BY_SIGTERM = 128 + 15;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  @ParameterizedTest
  @EnumSource
  void clientsWaitWhilePeersAndMetricsAreServed(Kind kind) {
    int metricsPort = Member.freePort();
    Member member = Member.in(scratch.resolve(kind.toString()));
    member.flags(
        "--listen-metrics-urls=http://127.0.0.1:" + metricsPort,
        "--initial-cluster="
            + member.name()
            + "="
            + member.peerUrl()
            + ",m2=http://127.0.0.1:"
            + Member.freePort()
            + ",m3=http://127.0.0.1:"
            + Member.freePort());
    try (member) {
      member.launch(kind.etcd());
      member.awaitLog(line -> line.contains("\"serving peer traffic\""), "peers served");
      member.awaitLog(line -> line.contains("serving metrics"), "metrics served");

      assertThat(RawHttp.ask(metricsPort, "GET", "/health"))
          .startsWith("HTTP/1.1 503")
          .contains("\"health\":\"false\"")
          .contains("RAFT NO LEADER");
      assertThat(RawHttp.body(metricsPort, "/metrics")).contains("etcd_server_has_leader 0");
      assertThat(RawHttp.body(member.peerPort(), "/version")).contains("\"etcdserver\":\"3.6.14\"");
      String request = "GET /version HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
      assertThat(RawHttp.send(member.clientPort(), request, SILENCE_MILLIS))
          .as("the client port accepts and says nothing")
          .isEqualTo("<open>");
      assertThat(member.log()).doesNotContain(Member.READY);

      // No handler for signals yet: the process dies of the first.
      assertThat(member.stop()).isEqualTo(KILLED_BY_SIGTERM);
      assertThat(member.awaitExit(Duration.ofSeconds(1))).isEqualTo(KILLED_BY_SIGTERM);
    }
  }
}
