package io.quorate.edge;

import java.time.Duration;

/**
 * PINGs on connections that gRPC owns (plain ones, and TLS on listeners without HTTP handlers).
 *
 * @param minInterval a client that pings more often than this, or without an open stream, is told
 *     {@code too_many_pings} after two strikes; zero or less: never
 * @param interval quiet time after which the server pings
 * @param timeout time for the answer before the connection is closed; the server pings only if both
 *     this and {@code interval} are positive
 */
public record Keepalive(Duration minInterval, Duration interval, Duration timeout) {
  public static final Keepalive DEFAULT =
      new Keepalive(Duration.ofSeconds(5), Duration.ofHours(2), Duration.ofSeconds(20));

  boolean serverPings() {
    return interval.isPositive() && timeout.isPositive();
  }
}
