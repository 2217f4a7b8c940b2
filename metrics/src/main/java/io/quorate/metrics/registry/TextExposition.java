package io.quorate.metrics.registry;

import io.quorate.gotext.GoFloat;
import io.quorate.metrics.registry.Histogram.Distribution;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Prometheus' text form 0.0.4, as Go's library writes it. */
final class TextExposition implements Exposition {
  private static final int USUAL_BYTES = 128 * 1024;

  private final StringBuilder out = new StringBuilder(USUAL_BYTES);
  private String name = "";
  private List<String> labels = List.of();

  @Override
  public void family(String newName, String help, Kind kind, List<String> newLabels) {
    name = newName;
    labels = newLabels;
    out.append("# HELP ").append(name).append(' ');
    escape(help, false);
    out.append("\n# TYPE ").append(name).append(' ').append(kind.text).append('\n');
  }

  @Override
  public void value(List<String> labelValues, double value) {
    line("", labelValues, "", value);
  }

  @Override
  public void histogram(List<String> labelValues, Distribution distribution) {
    double[] bounds = distribution.bounds();
    for (int i = 0; i < bounds.length; i++) {
      line("_bucket", labelValues, GoFloat.shortest(bounds[i]), distribution.cumulative()[i]);
    }
    line("_bucket", labelValues, "+Inf", distribution.count());
    line("_sum", labelValues, "", distribution.sum());
    line("_count", labelValues, "", distribution.count());
  }

  @Override
  public void summary(List<String> labelValues, long count, double sum) {
    line("_sum", labelValues, "", sum);
    line("_count", labelValues, "", count);
  }

  /**
   * @param bound the upper bound of a bucket, empty for other lines
   */
  private void line(String suffix, List<String> labelValues, String bound, double value) {
    out.append(name).append(suffix);
    char separator = '{';
    for (int i = 0; i < labels.size(); i++) {
      out.append(separator).append(labels.get(i)).append("=\"");
      escape(labelValues.get(i), true);
      out.append('"');
      separator = ',';
    }
    if (!bound.isEmpty()) {
      out.append(separator).append("le=\"").append(bound).append('"');
      separator = ',';
    }
    if (separator == ',') {
      out.append('}');
    }
    out.append(' ').append(GoFloat.shortest(value)).append('\n');
  }

  private void escape(String text, boolean quotes) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        out.append("\\\\");
      } else if (c == '\n') {
        out.append("\\n");
      } else if (c == '"' && quotes) {
        out.append("\\\"");
      } else {
        out.append(c);
      }
    }
  }

  @Override
  public byte[] end() {
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }
}
