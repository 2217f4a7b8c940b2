package io.quorate.metrics.registry;

import io.quorate.metrics.registry.Histogram.Distribution;
import java.util.List;

/**
 * One form in which metrics are handed out; is told them in the order in which they stand there.
 */
interface Exposition {
  /** What a family counts, by its number in Prometheus' protobuf form. */
  enum Kind {
    COUNTER("counter"),
    GAUGE("gauge"),
    SUMMARY("summary"),
    UNTYPED("untyped"),
    HISTOGRAM("histogram");

    final String text;

    Kind(String text) {
      this.text = text;
    }
  }

  /** A family begins; its series follow. Called only for one that has any. */
  void family(String name, String help, Kind kind, List<String> labels);

  /** A counter or a gauge. */
  void value(List<String> labelValues, double value);

  void histogram(List<String> labelValues, Distribution distribution);

  /** A summary without quantiles: how often, and how much in all. */
  void summary(List<String> labelValues, long count, double sum);

  /** The last family has ended. */
  byte[] end();
}
