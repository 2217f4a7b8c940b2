package io.quorate.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBucket;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Prometheus' text form 0.0.4. The library's own writer gives every counter the suffix {@code
 * _total}, which a few of etcd's counters do not have.
 */
final class TextWriter {
  private final Set<String> bareCounters;

  TextWriter(Set<String> bareCounters) {
    this.bareCounters = bareCounters;
  }

  byte[] write(MetricSnapshots snapshots) {
    var out = new StringBuilder(64 * 1024);
    for (MetricSnapshot snapshot : snapshots) {
      switch (snapshot) {
        case CounterSnapshot counter -> write(out, counter);
        case GaugeSnapshot gauge -> write(out, gauge);
        case HistogramSnapshot histogram -> write(out, histogram);
        default -> throw new AssertionError("no such metric in etcd: " + snapshot);
      }
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void write(StringBuilder out, CounterSnapshot counter) {
    String name = counter.getMetadata().getPrometheusName();
    String full = bareCounters.contains(name) ? name : name + "_total";
    head(out, counter, full, "counter");
    for (var point : counter.getDataPoints()) {
      line(out, full, point.getLabels(), "", point.getValue());
    }
  }

  private static void write(StringBuilder out, GaugeSnapshot gauge) {
    String name = gauge.getMetadata().getPrometheusName();
    head(out, gauge, name, "gauge");
    for (var point : gauge.getDataPoints()) {
      line(out, name, point.getLabels(), "", point.getValue());
    }
  }

  private static void write(StringBuilder out, HistogramSnapshot histogram) {
    String name = histogram.getMetadata().getPrometheusName();
    head(out, histogram, name, "histogram");
    for (var point : histogram.getDataPoints()) {
      double cumulative = 0;
      for (ClassicHistogramBucket bucket : point.getClassicBuckets()) {
        cumulative += bucket.getCount();
        line(
            out,
            name + "_bucket",
            point.getLabels(),
            "le=\"" + number(bucket.getUpperBound()) + "\"",
            cumulative);
      }
      line(out, name + "_sum", point.getLabels(), "", point.getSum());
      line(out, name + "_count", point.getLabels(), "", cumulative);
    }
  }

  private static void head(StringBuilder out, MetricSnapshot metric, String name, String type) {
    out.append("# HELP ").append(name).append(' ').append(metric.getMetadata().getHelp());
    out.append("\n# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private static void line(
      StringBuilder out, String name, Labels labels, String further, double value) {
    out.append(name);
    if (!labels.isEmpty() || !further.isEmpty()) {
      char separator = '{';
      for (int i = 0; i < labels.size(); i++) {
        out.append(separator).append(labels.getName(i)).append("=\"");
        escape(out, labels.getValue(i));
        out.append('"');
        separator = ',';
      }
      if (!further.isEmpty()) {
        out.append(separator).append(further);
      }
      out.append('}');
    }
    out.append(' ').append(number(value)).append('\n');
  }

  private static void escape(StringBuilder out, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '"' -> out.append("\\\"");
        case '\n' -> out.append("\\n");
        default -> out.append(c);
      }
    }
  }

  /** As Go prints a float: the shortest form, with an exponent below 1e-4 and from 1e21 on. */
  static String number(double value) {
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return Long.toString((long) value);
    }
    var exact = new java.math.BigDecimal(Double.toString(value)).stripTrailingZeros();
    double size = Math.abs(value);
    if (size >= 1e-4 && size < 1e21) {
      return exact.toPlainString();
    }
    String digits = exact.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - exact.scale();
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return (value < 0 ? "-" : "")
        + mantissa
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }
}
