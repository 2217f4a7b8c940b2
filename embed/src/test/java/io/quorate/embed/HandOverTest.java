package io.quorate.embed;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.io.fixture.RecordingLogger;
import io.quorate.node.NodeException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HandOverTest {
  private final RecordingLogger log = new RecordingLogger();

  private void await(CompletableFuture<?> transfer, Duration limit) {
    HandOver.await(transfer, limit, 0xabc, log);
  }

  @Test
  void nobodyTakesItInTime() {
    await(new CompletableFuture<>(), Duration.ofMillis(1));
    assertThat(log.lines)
        .containsExactly(
            "WARN leadership transfer failed local-member-id=abc"
                + " error=etcdserver: request timed out, leader transfer took too long");
  }

  @Test
  void aFailureIsWordedAsEtcdDoes() {
    await(CompletableFuture.failedFuture(new NodeException.Stopped()), Duration.ofSeconds(60));
    assertThat(log.lines)
        .containsExactly(
            "WARN leadership transfer failed local-member-id=abc error=etcdserver: server stopped");
  }

  @Test
  void nothingIsSaidOfOneThatSucceeds() {
    await(CompletableFuture.completedFuture(null), Duration.ofSeconds(60));
    assertThat(log.lines).isEmpty();
  }
}
