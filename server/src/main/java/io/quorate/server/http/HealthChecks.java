package io.quorate.server.http;

import io.quorate.node.Member;
import io.quorate.node.NodeException;
import io.quorate.node.NodeException.TimeoutCause;
import io.quorate.server.Errors;
import io.quorate.server.SlowRequests;
import io.quorate.statemachine.alarm.ActiveAlarm;
import io.quorate.statemachine.apply.RangeReading;
import io.quorate.statemachine.request.ProtoWriter;
import io.quorate.statemachine.request.Range;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;

/** Is this member well? Each check completes with what is wrong, or with nothing. Any thread. */
final class HealthChecks {
  /** One check by the name that paths and metrics use. */
  enum Check {
    DATA_CORRUPTION("data_corruption"),
    SERIALIZABLE_READ("serializable_read"),
    LINEARIZABLE_READ("linearizable_read"),
    NON_LEARNER("non_learner");

    static final List<Check> LIVE = List.of(SERIALIZABLE_READ);
    static final List<Check> READY =
        List.of(DATA_CORRUPTION, SERIALIZABLE_READ, LINEARIZABLE_READ, NON_LEARNER);

    private final String text;

    Check(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  private static final CompletableFuture<Optional<String>> WELL =
      CompletableFuture.completedFuture(Optional.empty());

  private static final Range LINEARIZABLE =
      Range.decode(new ProtoWriter().number(3, 1).bool(8, true).toByteArray());
  private static final Range SERIALIZABLE =
      Range.decode(new ProtoWriter().number(3, 1).bool(7, true).bool(8, true).toByteArray());

  private final Member member;
  private final HealthListener listener;
  private final SlowRequests slow;
  private final Logger log;

  HealthChecks(Member member, HealthListener listener, SlowRequests slow, Logger log) {
    this.member = member;
    this.listener = listener;
    this.slow = slow;
    this.log = log;
  }

  CompletableFuture<Optional<String>> run(Check check) {
    return switch (check) {
      case DATA_CORRUPTION ->
          member.stores().alarms().any(ActiveAlarm.CORRUPT)
              ? CompletableFuture.completedFuture(Optional.of("alarm activated: CORRUPT"))
              : WELL;
      case SERIALIZABLE_READ ->
          CompletableFuture.completedFuture(read(SERIALIZABLE, member.clock().nanos()));
      case LINEARIZABLE_READ -> {
        long came = member.clock().nanos();
        yield member
            .throughRaft()
            // Also where raft's own thread stands still.
            .orTimeout(member.options().requestTimeout().toNanos(), TimeUnit.NANOSECONDS)
            .handle((ready, thrown) -> {
              if (thrown == null) {
                return read(LINEARIZABLE, came);
              }
              Throwable failure =
                  thrown instanceof TimeoutException
                      ? new NodeException.Timeout(TimeoutCause.UNKNOWN)
                      : thrown;
              slow.notReady(LINEARIZABLE, failure, member.clock().nanos() - came);
              return Optional.of(Errors.status(failure).message());
            });
      }
      case NON_LEARNER ->
          member.stores().membership().view().isLearner(member.options().memberId())
              ? CompletableFuture.completedFuture(Optional.of("not supported for learner"))
              : WELL;
    };
  }

  /** Looks for a key that cannot be there; what is wrong if that fails. */
  private Optional<String> read(Range range, long came) {
    long start = member.clock().nanos();
    try (var view = member.stores().mvcc().view()) {
      view.walk(RangeReading.keys(range), RangeReading.options(range)).step(1, keyValue -> {});
      view.ranged(1);
      long end = member.clock().nanos();
      listener.ranged(true, end - start);
      slow.foundNothing(range, view.revision(), end - came);
      return Optional.empty();
    } catch (RuntimeException e) {
      listener.ranged(false, member.clock().nanos() - start);
      return Optional.of(Errors.status(e).message());
    }
  }

  /**
   * The old {@code /health}: alarms but the excluded ones, then the leader, then a read; completes
   * with the reason for being unwell.
   */
  CompletableFuture<Optional<String>> health(List<String> excludedAlarms, boolean serializable) {
    for (ActiveAlarm alarm : member.stores().alarms().active()) {
      boolean known = alarm.type() == ActiveAlarm.NOSPACE || alarm.type() == ActiveAlarm.CORRUPT;
      String name = known ? alarm.typeName() : "UNKNOWN";
      if (!excludedAlarms.contains(name)) {
        log.atWarn()
            .addKeyValue("alarm", alarm.text())
            .log("serving /health false due to an alarm");
        return CompletableFuture.completedFuture(Optional.of("ALARM " + name));
      }
    }
    if (!serializable && !member.raft().hasLeader()) {
      log.atWarn().log("serving /health false; no leader");
      return CompletableFuture.completedFuture(Optional.of("RAFT NO LEADER"));
    }
    return run(serializable ? Check.SERIALIZABLE_READ : Check.LINEARIZABLE_READ)
        .thenApply(problem -> {
          problem.ifPresentOrElse(
              text ->
                  log.atWarn().addKeyValue("error", text).log("serving /health false; Range fails"),
              () -> log.atDebug().log("serving /health true"));
          return problem.map(text -> "RANGE ERROR:" + text);
        });
  }
}
