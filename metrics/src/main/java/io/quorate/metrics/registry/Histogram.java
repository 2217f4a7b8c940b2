package io.quorate.metrics.registry;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.DoubleAdder;

/** How often a quantity fell between which bounds. Any thread. */
public final class Histogram {
  /** Ascending; a quantity belongs to the first bucket whose bound it does not exceed. */
  private final double[] bounds;

  private final AtomicLongArray counts;
  private final DoubleAdder sum = new DoubleAdder();

  Histogram(double[] bounds) {
    this.bounds = bounds;
    this.counts = new AtomicLongArray(bounds.length + 1);
  }

  public void observe(double quantity) {
    int bucket = 0;
    while (bucket < bounds.length && quantity > bounds[bucket]) {
      bucket++;
    }
    counts.getAndIncrement(bucket);
    sum.add(quantity);
  }

  /** How often something was observed. */
  public long count() {
    long all = 0;
    for (int i = 0; i < counts.length(); i++) {
      all += counts.get(i);
    }
    return all;
  }

  Distribution distribution() {
    long[] cumulative = new long[counts.length()];
    long before = 0;
    for (int i = 0; i < cumulative.length; i++) {
      before += counts.get(i);
      cumulative[i] = before;
    }
    return new Distribution(bounds, cumulative, sum.sum());
  }

  /**
   * What was observed up to a moment.
   *
   * @param cumulative how many were at most each of {@code bounds}, and last, how many there were
   */
  @SuppressWarnings("ArrayRecordComponent") // made for one writer, which only reads it
  record Distribution(double[] bounds, long[] cumulative, double sum) {
    long count() {
      return cumulative[cumulative.length - 1];
    }
  }

  /** {@code count} bounds, each twice the one before. */
  public static double[] doubling(double first, int count) {
    double[] bounds = new double[count];
    double bound = first;
    for (int i = 0; i < count; i++) {
      bounds[i] = bound;
      bound *= 2;
    }
    return bounds;
  }
}
