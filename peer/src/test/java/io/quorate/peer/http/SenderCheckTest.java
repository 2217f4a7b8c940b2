package io.quorate.peer.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.edge.HttpReceiver;
import io.quorate.io.os.OsClock;
import io.quorate.peer.PeerListener;
import io.quorate.peer.PeerNetwork;
import io.quorate.peer.PeerOptions;
import io.quorate.peer.Port;
import io.quorate.statemachine.membership.Member;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

/** URLs that are none end the connection, but only where somebody wants to know them. */
class SenderCheckTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final Port port = new Port();
  private final PeerNetwork network =
      new PeerNetwork(
          new PeerOptions(0xa, 0xc, "3.6.14", List.of(), LONG, LONG, LONG, LONG),
          port.edge,
          Optional.empty(),
          new Nobody(),
          new OsClock(),
          PeerListener.NONE,
          NOPLogger.NOP_LOGGER);

  SenderCheckTest() {
    var check = new SenderCheck(network, NOPLogger.NOP_LOGGER);
    port.serve(exchange -> {
      if (check.noteSender(exchange)) {
        Answers.nothing(exchange);
      }
      return HttpReceiver.NONE;
    });
  }

  @AfterEach
  void close() {
    network.close();
    port.close();
  }

  private boolean isAnswered(String from, String urls) throws IOException {
    return port.ask(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Server-From: "
                + from
                + "\r\nX-PeerURLs: "
                + urls
                + "\r\n\r\n")
        .startsWith("HTTP/1.1 204 ");
  }

  @Test
  void ofAStranger() throws IOException {
    assertThat(isAnswered("b", "nowhere")).isFalse();
    assertThat(isAnswered("b", "http://127.0.0.1:1")).isTrue();
    // Now it is known.
    assertThat(isAnswered("b", "nowhere")).isTrue();
  }

  @Test
  void ofAMember() throws IOException {
    network.add(Member.of(0xb, List.of("http://127.0.0.1:1"), false));
    assertThat(isAnswered("b", "nowhere")).isTrue();
  }

  @Test
  void ofOneWhoDoesNotSayWhoItIs() throws IOException {
    assertThat(isAnswered("nobody", "nowhere")).isTrue();
  }
}
