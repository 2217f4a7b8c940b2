package io.quorate.client;

import io.quorate.rpc.tls.TlsClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a {@link Client} reaches its cluster.
 *
 * @param endpoints as etcdctl takes them: {@code host:port}, with {@code http://}, {@code
 *     https://}, {@code unix:} or {@code unixs:} in front; at least one
 * @param tls used unless the first endpoint says {@code http://}
 * @param credentials whose token accompanies every call
 * @param dialTimeout bounds the first authentication
 * @param keepaliveTime silence on an open call's connection after which it is probed; raised to at
 *     least 10 s; zero for never
 * @param keepaliveTimeout how long the answer to a probe may take
 * @param requestTimeout bounds each unary call, its repetitions included; empty for no bound
 * @param maxSendBytes longest request
 * @param maxReceiveBytes longest response
 * @param serverName what every server's certificate must be good for; empty for the host of its
 *     endpoint
 * @param attempts hears of failed attempts
 */
public record ClientOptions(
    List<String> endpoints,
    Optional<TlsClient.Options> tls,
    Optional<Credentials> credentials,
    Duration dialTimeout,
    Duration keepaliveTime,
    Duration keepaliveTimeout,
    Optional<Duration> requestTimeout,
    int maxSendBytes,
    int maxReceiveBytes,
    Optional<String> serverName,
    AttemptListener attempts) {
  public ClientOptions {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("etcdclient: no available endpoints");
    }
  }

  /** The original's defaults: plain text, 2 MiB to send, no limit to receive. */
  public static ClientOptions of(String... endpoints) {
    return new ClientOptions(
        List.of(endpoints),
        Optional.empty(),
        Optional.empty(),
        Duration.ofSeconds(2),
        Duration.ZERO,
        Duration.ofSeconds(6),
        Optional.empty(),
        2 * 1024 * 1024,
        Integer.MAX_VALUE,
        Optional.empty(),
        new AttemptListener.Nobody());
  }

  public ClientOptions withTls(TlsClient.Options rules) {
    return new ClientOptions(
        endpoints,
        Optional.of(rules),
        credentials,
        dialTimeout,
        keepaliveTime,
        keepaliveTimeout,
        requestTimeout,
        maxSendBytes,
        maxReceiveBytes,
        serverName,
        attempts);
  }

  public ClientOptions withCredentials(String name, String password) {
    return new ClientOptions(
        endpoints,
        tls,
        Optional.of(new Credentials(name, password)),
        dialTimeout,
        keepaliveTime,
        keepaliveTimeout,
        requestTimeout,
        maxSendBytes,
        maxReceiveBytes,
        serverName,
        attempts);
  }

  public ClientOptions withKeepalive(Duration time, Duration timeout) {
    return new ClientOptions(
        endpoints,
        tls,
        credentials,
        dialTimeout,
        time,
        timeout,
        requestTimeout,
        maxSendBytes,
        maxReceiveBytes,
        serverName,
        attempts);
  }

  public ClientOptions withRequestTimeout(Duration timeout) {
    return new ClientOptions(
        endpoints,
        tls,
        credentials,
        dialTimeout,
        keepaliveTime,
        keepaliveTimeout,
        Optional.of(timeout),
        maxSendBytes,
        maxReceiveBytes,
        serverName,
        attempts);
  }

  public ClientOptions withEndpoints(List<String> others) {
    return new ClientOptions(
        others,
        tls,
        credentials,
        dialTimeout,
        keepaliveTime,
        keepaliveTimeout,
        requestTimeout,
        maxSendBytes,
        maxReceiveBytes,
        serverName,
        attempts);
  }

  public ClientOptions withDialTimeout(Duration timeout) {
    return new ClientOptions(
        endpoints,
        tls,
        credentials,
        timeout,
        keepaliveTime,
        keepaliveTimeout,
        requestTimeout,
        maxSendBytes,
        maxReceiveBytes,
        serverName,
        attempts);
  }

  public ClientOptions withLimits(int sendBytes, int receiveBytes) {
    return new ClientOptions(
        endpoints,
        tls,
        credentials,
        dialTimeout,
        keepaliveTime,
        keepaliveTimeout,
        requestTimeout,
        sendBytes,
        receiveBytes,
        serverName,
        attempts);
  }

  public ClientOptions withServerName(String name) {
    return new ClientOptions(
        endpoints,
        tls,
        credentials,
        dialTimeout,
        keepaliveTime,
        keepaliveTimeout,
        requestTimeout,
        maxSendBytes,
        maxReceiveBytes,
        Optional.of(name),
        attempts);
  }

  public ClientOptions withAttempts(AttemptListener listener) {
    return new ClientOptions(
        endpoints,
        tls,
        credentials,
        dialTimeout,
        keepaliveTime,
        keepaliveTimeout,
        requestTimeout,
        maxSendBytes,
        maxReceiveBytes,
        serverName,
        listener);
  }
}
