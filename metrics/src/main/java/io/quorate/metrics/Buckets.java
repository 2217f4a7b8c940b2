package io.quorate.metrics;

import io.quorate.metrics.registry.Histogram;

/** Bounds of etcd's histograms, B1 to B5 as spec/server.md 8 names them. */
final class Buckets {
  /** Disk: 1 ms to 8 s. */
  static final double[] B1 = Histogram.doubling(0.001, 14);

  /** Whole databases: 100 ms to 51 s. */
  static final double[] B2 = Histogram.doubling(0.1, 10);

  /** Requests: 100 µs to 52 s. */
  static final double[] B3 = Histogram.doubling(0.0001, 20);

  /** Hashes: 10 ms to 164 s. */
  static final double[] B5 = Histogram.doubling(0.01, 15);

  static final double NANOS_PER_SECOND = 1e9;
  static final double NANOS_PER_MILLISECOND = 1e6;

  private Buckets() {}
}
