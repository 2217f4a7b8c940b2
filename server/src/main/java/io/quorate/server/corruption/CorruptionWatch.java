package io.quorate.server.corruption;

import io.quorate.node.Member;
import io.quorate.node.loop.Loop;
import io.quorate.server.KeyHashes;
import io.quorate.statemachine.alarm.ActiveAlarm;
import io.quorate.statemachine.request.Alarm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;

/** When the checks of a running member are due. Only a leader does them. One thread. */
public final class CorruptionWatch implements Loop {
  /**
   * @param every {@code --corrupt-check-time}; zero for never
   * @param ofCompactions gate CompactHashCheck
   * @param ofCompactionsEvery {@code --compact-hash-check-time}
   */
  public record Options(Duration every, boolean ofCompactions, Duration ofCompactionsEvery) {}

  private final Member member;
  private final Options options;
  private final Logger log;
  private final List<Timer> timers = new ArrayList<>();

  public CorruptionWatch(Member member, KeyHashes hashes, Options options, Logger log) {
    this.member = member;
    this.options = options;
    this.log = log;
    if (options.every.isPositive()) {
      var check = new PeriodicCheck(member, hashes, log);
      timers.add(
          new Timer(
              options.every,
              () -> check.run().thenAccept(corrupt -> corrupt.ifPresent(this::alarm))));
      log.atInfo()
          .addKeyValue("local-member-id", Long.toHexString(member.options().memberId()))
          .addKeyValue("interval", options.every)
          .log("enabled corruption checking");
    }
    if (options.ofCompactions) {
      var check = new CompactionCheck(member, hashes, log);
      timers.add(
          new Timer(
              options.ofCompactionsEvery,
              () -> check.run().thenAccept(corrupt -> corrupt.forEach(this::alarm))));
    }
  }

  @Override
  public long poll(long nowNanos) {
    long next = UNTIL_WOKEN;
    for (Timer timer : timers) {
      next = Math.min(next, timer.poll(nowNanos));
    }
    return next;
  }

  private void alarm(long memberId) {
    member.propose(Alarm.FIELD, new Alarm(Alarm.ACTIVATE, memberId, ActiveAlarm.CORRUPT).encode());
  }

  /** What the log says of checks that end with the member. */
  public void stopped() {
    if (options.every.isPositive()) {
      log.atInfo().log("server has stopped; stopping kv hash's monitor");
    }
    if (options.ofCompactions) {
      log.atInfo().log("server has stopped; stopping compact hash's monitor");
    }
  }

  private final class Timer {
    private final long periodNanos;
    private final Supplier<CompletableFuture<Void>> check;
    private CompletableFuture<Void> running = CompletableFuture.completedFuture(null);
    private boolean started;
    private long next;

    Timer(Duration period, Supplier<CompletableFuture<Void>> check) {
      this.periodNanos = period.toNanos();
      this.check = check;
    }

    /** One check at a time: a slow one makes the next come later. */
    long poll(long nowNanos) {
      if (!started) {
        started = true;
        next = nowNanos + periodNanos;
      }
      if (nowNanos - next >= 0) {
        next = nowNanos + periodNanos;
        if (running.isDone() && member.raft().leads()) {
          running =
              check
                  .get()
                  .exceptionally(failure -> {
                    log.atWarn()
                        .addKeyValue(
                            "error", failure.getCause() == null ? failure : failure.getCause())
                        .log("failed to check hash KV");
                    return null;
                  });
        }
      }
      return next - nowNanos;
    }
  }
}
