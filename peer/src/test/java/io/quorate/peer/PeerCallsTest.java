package io.quorate.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.edge.EdgeListener;
import io.quorate.edge.EdgeOptions;
import io.quorate.edge.EdgeServer;
import io.quorate.edge.HttpDialer;
import io.quorate.io.fixture.RecordingLogger;
import io.quorate.io.os.OsClock;
import io.quorate.statemachine.membership.Member;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

class PeerCallsTest {
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
