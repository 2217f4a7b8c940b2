package io.quorate.server.http;

/** What {@code /metrics} shows, and what it is told of being asked. Any thread. */
public interface MetricsPage {
  /** Prometheus' text form 0.0.4. */
  byte[] text();

  /** Messages {@code io.prometheus.client.MetricFamily}, each after its length. */
  byte[] protobuf();

  /** A request has come; its own answer counts it among those that are being served. */
  void asked();

  /** It was answered with {@code status}. */
  void answered(int status);
}
