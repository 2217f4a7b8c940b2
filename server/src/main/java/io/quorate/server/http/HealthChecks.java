package io.quorate.server.http;

import io.quorate.node.Member;
import io.quorate.server.Errors;
import io.quorate.statemachine.alarm.ActiveAlarm;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

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

  private final Member member;

  HealthChecks(Member member) {
    this.member = member;
  }

  CompletableFuture<Optional<String>> run(Check check) {
    return switch (check) {
      case DATA_CORRUPTION ->
          member.stores().alarms().any(ActiveAlarm.CORRUPT)
              ? CompletableFuture.completedFuture(Optional.of("alarm activated: CORRUPT"))
              : WELL;
      case SERIALIZABLE_READ -> read();
      case LINEARIZABLE_READ ->
          member
              .linearizable()
              .handle((ready, failure) ->
                  failure == null
                      ? Optional.empty()
                      : Optional.of(Errors.status(failure).message()));
      case NON_LEARNER ->
          member.stores().membership().view().isLearner(member.options().memberId())
              ? CompletableFuture.completedFuture(Optional.of("not supported for learner"))
              : WELL;
    };
  }

  /** A store that gives a view can be read. */
  private CompletableFuture<Optional<String>> read() {
    try (var view = member.stores().mvcc().view()) {
      return view.revision() > 0
          ? WELL
          : CompletableFuture.completedFuture(Optional.of("no revision"));
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(Optional.of(String.valueOf(e.getMessage())));
    }
  }

  /**
   * The old {@code /health}: alarms but the excluded ones, then the leader, then a read; completes
   * with the reason for being unwell.
   */
  CompletableFuture<Optional<String>> health(List<String> excludedAlarms, boolean serializable) {
    for (ActiveAlarm alarm : member.stores().alarms().active()) {
      String name = name(alarm);
      if (!excludedAlarms.contains(name)) {
        return CompletableFuture.completedFuture(Optional.of("ALARM " + name));
      }
    }
    if (!serializable && !member.raft().hasLeader()) {
      return CompletableFuture.completedFuture(Optional.of("RAFT NO LEADER"));
    }
    return run(serializable ? Check.SERIALIZABLE_READ : Check.LINEARIZABLE_READ)
        .thenApply(problem -> problem.map(text -> "RANGE ERROR:" + text));
  }

  private static String name(ActiveAlarm alarm) {
    return switch (alarm.type()) {
      case ActiveAlarm.NOSPACE -> "NOSPACE";
      case ActiveAlarm.CORRUPT -> "CORRUPT";
      default -> "UNKNOWN";
    };
  }
}
