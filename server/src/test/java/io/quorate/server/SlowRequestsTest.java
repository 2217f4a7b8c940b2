package io.quorate.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.io.fixture.RecordingLogger;
import io.quorate.node.NodeException;
import io.quorate.statemachine.ApplyError;
import io.quorate.statemachine.OpResult;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.request.InternalRequest;
import io.quorate.statemachine.request.ProtoWriter;
import io.quorate.statemachine.request.Range;
import io.quorate.statemachine.request.Txn;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** etcd_server_slow_apply_total is the number of warnings (spec/server.md 8). */
class SlowRequestsTest {
  private static final long SLOW_NANOS = 100_000_001;
  private static final long QUICK_NANOS = 100_000_000;

  private final AtomicInteger counted = new AtomicInteger();
  private final RecordingLogger log = new RecordingLogger();
  private final SlowRequests requests =
      SlowRequests.of(Duration.ofMillis(100), 1, 2, counted::incrementAndGet, log);
  private final Range range =
      Range.decode(new ProtoWriter().bytes(1, "a".getBytes(UTF_8)).toByteArray());

  @Test
  void eachRequestThatIsWarnedOfIsCounted() {
    applied(new Outcome.Done(1), SLOW_NANOS);
    applied(new Outcome.Refused(1, new ApplyError.NoSpace(true)), SLOW_NANOS);
    assertThat(counted).hasValue(2);
    requests.ranged(range, 0, 20, SLOW_NANOS);
    requests.refused(range, "etcdserver: mvcc: required revision has been compacted", SLOW_NANOS);
    requests.notReady(
        range, new NodeException.Timeout(NodeException.TimeoutCause.UNKNOWN), SLOW_NANOS);
    assertThat(counted).hasValue(5);
    requests.read(
        new Txn(List.of(), List.of(), List.of()),
        new OpResult.TxnDone(1, true, List.of()),
        SLOW_NANOS);
    assertThat(counted).hasValue(6);
  }

  /** A failure is warned of too, but in other words. */
  @Test
  void theQuickAreNot() {
    applied(new Outcome.Done(1), QUICK_NANOS);
    applied(new Outcome.Refused(1, new ApplyError.NoSpace(true)), QUICK_NANOS);
    requests.ranged(range, 0, 20, QUICK_NANOS);
    assertThat(counted).hasValue(0);
  }

  /** As the original has them. */
  @Test
  void theErrorsOfStoresAreWithoutTheServersName() {
    applied(new Outcome.Refused(1, new ApplyError.KeyNotFound()), SLOW_NANOS);
    applied(new Outcome.Refused(1, new ApplyError.LeaseNotFound(7)), SLOW_NANOS);
    requests.refused(
        new Txn(List.of(), List.of(), List.of()), new ApplyError.FutureRevision(9, 1), SLOW_NANOS);
    assertThat(log.lines.stream().map(line -> line.replaceFirst(".* error=", "")))
        .containsExactly(
            "etcdserver: key not found",
            "etcdserver: key not found", // failed to apply request
            "lease not found",
            "lease not found",
            "mvcc: required revision is a future revision");
  }

  private void applied(Outcome outcome, long nanos) {
    requests.applied(new InternalRequest(7, "", 0, range), outcome, 2, nanos);
  }
}
