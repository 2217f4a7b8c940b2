package io.quorate.node.duty;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Compaction on its own (spec/server.md 7): either to the revision of some time ago or to some
 * revisions ago. Samples go on while another member leads; only the leader compacts. One thread,
 * but for {@link #resume} and {@link #pause}.
 */
public final class AutoCompaction {
  private static final Duration REVISION_PERIOD = Duration.ofMinutes(5);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int SAMPLES_PER_INTERVAL = 10;

  /** How the revision is chosen. */
  private sealed interface Rule {
    record Periodic(Duration period, Duration interval, Duration sample, int window)
        implements Rule {}

    record Revision(long retention) implements Rule {}
  }

  /** A compaction that was proposed and not answered yet. */
  private record Run(long revision, long startNanos, CompletableFuture<?> outcome) {}

  private static final long LOOK_AGAIN_NANOS = 100_000_000L;

  private final Rule rule;
  private final LongSupplier currentRevision;
  private final LongFunction<CompletableFuture<?>> compact;
  private final Logger log;
  private final ArrayDeque<Long> samples = new ArrayDeque<>();
  private volatile boolean paused = true;
  private boolean started;
  private long nextNanos;
  private long nextCompactionNanos;
  private long lastCompacted;
  private Optional<Run> running = Optional.empty();

  private AutoCompaction(
      Rule rule,
      LongSupplier currentRevision,
      LongFunction<CompletableFuture<?>> compact,
      Logger log) {
    this.rule = rule;
    this.currentRevision = currentRevision;
    this.compact = compact;
    this.log = log;
  }

  /** Keeps the history of {@code period}. */
  public static AutoCompaction periodic(
      Duration period,
      LongSupplier currentRevision,
      LongFunction<CompletableFuture<?>> compact,
      Logger log) {
    Duration interval = period.compareTo(HOUR) < 0 ? period : HOUR;
    Duration sample = interval.dividedBy(SAMPLES_PER_INTERVAL);
    int window = (int) period.dividedBy(sample) + 1;
    return new AutoCompaction(
        new Rule.Periodic(period, interval, sample, window), currentRevision, compact, log);
  }

  /** Keeps the last {@code retention} revisions. */
  public static AutoCompaction revisions(
      long retention,
      LongSupplier currentRevision,
      LongFunction<CompletableFuture<?>> compact,
      Logger log) {
    return new AutoCompaction(new Rule.Revision(retention), currentRevision, compact, log);
  }

  /** This member leads. Any thread. */
  public void resume() {
    paused = false;
  }

  /** Another member leads. Any thread. */
  public void pause() {
    paused = true;
  }

  /** Does what is due; returns the nanoseconds until something is. */
  public long poll(long nowNanos) {
    long step = step().toNanos();
    if (!started) {
      started = true;
      nextNanos = nowNanos + step;
      if (rule instanceof Rule.Periodic p) {
        samples.add(currentRevision.getAsLong());
        nextCompactionNanos = nowNanos + p.period.toNanos();
      }
    }
    running.filter(run -> run.outcome.isDone()).ifPresent(run -> finish(run, nowNanos));
    if (nowNanos - nextNanos >= 0) {
      nextNanos = nowNanos + step;
      due(nowNanos).ifPresent(revision -> start(revision, nowNanos));
    }
    long untilNext = nextNanos - nowNanos;
    return running.isEmpty() ? untilNext : Math.min(untilNext, LOOK_AGAIN_NANOS);
  }

  /** Between two looks at what is due. */
  private Duration step() {
    return switch (rule) {
      case Rule.Periodic p -> p.sample;
      case Rule.Revision r -> REVISION_PERIOD;
    };
  }

  private OptionalLong due(long nowNanos) {
    return switch (rule) {
      case Rule.Periodic p -> {
        samples.add(currentRevision.getAsLong());
        while (samples.size() > p.window) {
          samples.remove();
        }
        long oldest = samples.element();
        boolean ready = nowNanos - nextCompactionNanos >= 0 && oldest != lastCompacted;
        yield !paused && running.isEmpty() && ready
            ? OptionalLong.of(oldest)
            : OptionalLong.empty();
      }
      case Rule.Revision r -> {
        long revision = currentRevision.getAsLong() - r.retention;
        boolean ready = revision > 0 && revision != lastCompacted;
        yield !paused && running.isEmpty() && ready
            ? OptionalLong.of(revision)
            : OptionalLong.empty();
      }
    };
  }

  private void start(long revision, long nowNanos) {
    log.atInfo()
        .addKeyValue("revision", revision)
        .addKeyValue(retentionKey(), retention())
        .log("starting auto {} compaction", mode());
    running = Optional.of(new Run(revision, nowNanos, compact.apply(revision)));
  }

  private void finish(Run run, long nowNanos) {
    running = Optional.empty();
    if (run.outcome.isCompletedExceptionally()) {
      log.atWarn()
          .addKeyValue("revision", run.revision)
          .addKeyValue(retentionKey(), retention())
          .addKeyValue("retry-interval", step())
          .addKeyValue("error", run.outcome.exceptionNow())
          .log("failed auto {} compaction", mode());
      return;
    }
    lastCompacted = run.revision;
    if (rule instanceof Rule.Periodic p) {
      nextCompactionNanos = run.startNanos + p.interval.toNanos();
    }
    log.atInfo()
        .addKeyValue("revision", run.revision)
        .addKeyValue(retentionKey(), retention())
        .addKeyValue("took", Duration.ofNanos(nowNanos - run.startNanos))
        .log("completed auto {} compaction", mode());
  }

  private String mode() {
    return rule instanceof Rule.Periodic ? "periodic" : "revision";
  }

  private String retentionKey() {
    return rule instanceof Rule.Periodic ? "compact-period" : "revision-compaction-retention";
  }

  private Object retention() {
    return switch (rule) {
      case Rule.Periodic p -> p.period;
      case Rule.Revision r -> r.retention;
    };
  }
}
