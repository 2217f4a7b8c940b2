package io.quorate.node.loop;

import java.util.HashMap;
import java.util.Map;

/** Whether a leader's heartbeats leave on time: no later than two intervals after the last. */
final class HeartbeatTimes {
  private final long limitNanos;
  private final Map<Long, Long> last = new HashMap<>();

  HeartbeatTimes(long intervalNanos) {
    limitNanos = 2 * intervalNanos;
  }

  long limitNanos() {
    return limitNanos;
  }

  /** Notes a heartbeat to {@code member}; by how much it is too late, or 0. */
  long sent(long member, long nowNanos) {
    Long before = last.put(member, nowNanos);
    return before == null ? 0 : Math.max(0, nowNanos - before - limitNanos);
  }

  /** Leadership changed: what was due before does not count. */
  void reset() {
    last.clear();
  }
}
