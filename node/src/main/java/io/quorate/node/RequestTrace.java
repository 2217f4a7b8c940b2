package io.quorate.node;

import io.quorate.gotext.GoDuration;
import io.quorate.io.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;

/**
 * The line {@code trace[n] op} about a request that took more than 100 ms: what it was, and where
 * the time went (spec/server.md 9). Costs a comparison where a request is quick. Any thread.
 */
public final class RequestTrace {
  private static final long THRESHOLD_NANOS = 100_000_000L;
  private static final long NANOS_PER_MILLI = 1_000_000L;

  private final Clock clock;
  private final Logger log;

  public RequestTrace(Clock clock, Logger log) {
    this.clock = clock;
    this.log = log;
  }

  /** A part of the way of a request. */
  public record Step(String name, long nanos) {}

  /** Whether a request that took so long has a line. */
  public static boolean isSlow(long nanos) {
    return nanos > THRESHOLD_NANOS;
  }

  /**
   * Writes the line about a request that ends now, but for the steps that were quick.
   *
   * @param detail pairs as {@code key:value; }
   */
  public void write(String op, String detail, long nanos, Step... steps) {
    List<Step> slow = new ArrayList<>();
    for (Step step : steps) {
      if (step.nanos >= THRESHOLD_NANOS / (steps.length + 1)) {
        slow.add(step);
      }
    }
    writeAll(op, detail, nanos, slow);
  }

  /** As {@link #write}, with the quick steps too. */
  public void writeAll(String op, String detail, long nanos, List<Step> steps) {
    Instant end = Instant.ofEpochMilli(clock.epochMillis());
    // The number only holds the parts of a line together.
    int number = (int) ((clock.nanos() * 0x9E3779B97F4A7C15L) >>> 33);
    String name = "trace[" + number + "]";
    List<String> texts = new ArrayList<>();
    for (Step step : steps) {
      texts.add(
          name
              + " '"
              + step.name
              + "'  (duration: "
              + GoDuration.format(Duration.ofNanos(step.nanos))
              + ")");
    }
    log.atInfo()
        .addKeyValue("detail", "{" + detail + "}")
        .addKeyValue("duration", Duration.ofNanos(nanos))
        .addKeyValue("start", end.minusMillis(nanos / NANOS_PER_MILLI))
        .addKeyValue("end", end)
        .addKeyValue("steps", texts)
        .addKeyValue("step_count", texts.size())
        .log(name + " " + op);
  }
}
