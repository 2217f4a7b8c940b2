package io.quorate.etcdctl.check;

import java.util.Map;
import java.util.TreeMap;

/** What a load has measured. Safe for many threads until it is read. */
final class Statistics {
  private static final double NANOS = 1e9;

  private final long startNanos = System.nanoTime();
  private final Map<String, Integer> errors = new TreeMap<>();
  private long endNanos = startNanos;
  private long count;
  private double sum;
  private double sumOfSquares;
  private double slowest;

  /** A request has been answered. */
  synchronized void succeeded(long tookNanos) {
    double seconds = tookNanos / NANOS;
    count++;
    sum += seconds;
    sumOfSquares += seconds * seconds;
    slowest = Math.max(slowest, seconds);
    endNanos = System.nanoTime();
  }

  synchronized void failed(String error) {
    errors.merge(error, 1, Integer::sum);
    endNanos = System.nanoTime();
  }

  /** Errors, and how many requests met each. */
  Map<String, Integer> errors() {
    return errors;
  }

  /** Answers per second, from the start to the last answer. */
  double rate() {
    return count == 0 ? 0 : count / ((endNanos - startNanos) / NANOS);
  }

  double slowestSeconds() {
    return slowest;
  }

  /** Of the whole population. */
  double deviationSeconds() {
    if (count == 0) {
      return 0;
    }
    double mean = sum / count;
    return Math.sqrt(Math.max(0, sumOfSquares / count - mean * mean));
  }
}
