package io.quorate.rpc.socket;

import io.quorate.rpc.tls.TlsClient;
import java.time.Duration;
import java.util.Optional;

/**
 * How an {@link EndpointChannel} keeps its connection.
 *
 * @param tls the rules of TLS; empty for plain text
 * @param keepaliveTime silence after which a PING is sent while calls are open; zero for never
 * @param keepaliveTimeout how long its answer may take before the connection is given up
 * @param connectTimeout for one attempt: TCP, TLS and the server's first SETTINGS together
 * @param firstBackoff wait after the first failed attempt; grows by 1.6 up to 120 s, ±20 %
 */
public record ChannelOptions(
    Optional<TlsClient> tls,
    Duration keepaliveTime,
    Duration keepaliveTimeout,
    Duration connectTimeout,
    Duration firstBackoff) {
  /** Plain text, no keepalive, 20 s to connect, connected when needed. */
  public static final ChannelOptions PLAIN =
      new ChannelOptions(
          Optional.empty(),
          Duration.ZERO,
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(1));

  public ChannelOptions withTls(TlsClient rules) {
    return new ChannelOptions(
        Optional.of(rules), keepaliveTime, keepaliveTimeout, connectTimeout, firstBackoff);
  }

  public ChannelOptions withKeepalive(Duration time, Duration timeout) {
    return new ChannelOptions(tls, time, timeout, connectTimeout, firstBackoff);
  }

  public ChannelOptions withConnect(Duration timeout, Duration backoff) {
    return new ChannelOptions(tls, keepaliveTime, keepaliveTimeout, timeout, backoff);
  }
}
