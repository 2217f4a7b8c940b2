package io.quorate.embed.config;

import io.quorate.gotext.GoDuration;
import java.math.BigInteger;
import java.time.Duration;

/**
 * {@code --auto-compaction-mode} and {@code --auto-compaction-retention}, as given: etcd reads the
 * retention only when it starts (spec/server.md 1.6).
 *
 * @param byRevision keeps a number of revisions, instead of a time
 */
public record Compaction(boolean byRevision, String retention) {
  private static final long NANOS_PER_HOUR = Duration.ofHours(1).toNanos();

  /** The retention, read. Off where it is zero. */
  public record Retention(boolean byRevision, Duration period, long revisions) {
    public boolean isOff() {
      return byRevision ? revisions == 0 : !period.isPositive();
    }

    /** As etcd's log has it: a number of revisions counts as nanoseconds. */
    public Duration asDuration() {
      return byRevision ? Duration.ofNanos(revisions) : period;
    }
  }

  /** Nanoseconds as Go multiplies them: what is too long wraps around. */
  private static Duration hours(long number) {
    return Duration.ofNanos(number * NANOS_PER_HOUR);
  }

  /**
   * Reads the retention: a plain number is hours or revisions.
   *
   * @throws ConfigException with etcd's text
   */
  public Retention parsed() {
    try {
      if (retention.isEmpty()) {
        return new Retention(byRevision, Duration.ZERO, 0);
      }
      String digits = retention.startsWith("+") ? retention.substring(1) : retention;
      boolean plain = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
      if (plain && new BigInteger(digits).bitLength() < Long.SIZE) {
        long number = Long.parseLong(digits);
        return new Retention(byRevision, byRevision ? Duration.ZERO : hours(number), number);
      }
      Duration period = GoDuration.parse(retention);
      if (period.isNegative()) {
        // etcd crashes here.
        throw new IllegalArgumentException("time: negative duration \"" + retention + "\"");
      }
      return new Retention(byRevision, byRevision ? Duration.ZERO : period, period.toNanos());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new ConfigException("error parsing CompactionRetention: " + e.getMessage());
    }
  }
}
