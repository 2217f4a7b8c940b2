package io.quorate.peer.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.peer.Port;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DowngradeQuestionTest {
  private final Port port = new Port();

  @AfterEach
  void close() {
    port.close();
  }

  private String answer(CompletableFuture<?> read, Duration limit) throws IOException {
    port.serve(exchange -> {
      DowngradeQuestion.ask(exchange, read, limit, () -> true);
      return io.quorate.edge.HttpReceiver.NONE;
    });
    return port.ask("GET /downgrade/enabled HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  }

  @Test
  void itIsAnsweredBehindTheRead() throws IOException {
    assertThat(answer(CompletableFuture.completedFuture(null), Duration.ofHours(1)))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .endsWith("\r\n\r\ntrue");
  }

  /** A read never ends where nobody leads. */
  @Test
  void aReadThatDoesNotEndIsGivenUp() throws IOException {
    assertThat(answer(new CompletableFuture<>(), Duration.ofMillis(1)))
        .startsWith("HTTP/1.1 500 ")
        .endsWith("\r\n\r\nfailed linearized read: context deadline exceeded\n");
  }
}
