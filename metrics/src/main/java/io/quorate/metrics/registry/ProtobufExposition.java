package io.quorate.metrics.registry;

import com.google.protobuf.CodedOutputStream;
import io.quorate.metrics.registry.Histogram.Distribution;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Messages {@code io.prometheus.client.MetricFamily}, each after its length:
 *
 * <pre>
 * MetricFamily {1 name, 2 help, 3 type, 4 metric…}
 * Metric       {1 label…, 2 gauge, 3 counter, 4 summary, 7 histogram}
 * LabelPair    {1 name, 2 value}
 * Gauge, Counter {1 double value}
 * Summary      {1 sample_count, 2 double sample_sum}
 * Histogram    {1 sample_count, 2 double sample_sum, 3 bucket… {1 cumulative_count, 2 upper_bound}}
 * </pre>
 */
final class ProtobufExposition implements Exposition {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(64 * 1024);
  private Message family = new Message();
  private Kind kind = Kind.UNTYPED;
  private List<String> labels = List.of();

  @Override
  public void family(String name, String help, Kind newKind, List<String> newLabels) {
    endFamily();
    kind = newKind;
    labels = newLabels;
    family.text(1, name).text(2, help).number(3, kind.ordinal());
  }

  @Override
  public void value(List<String> labelValues, double value) {
    int field = kind == Kind.COUNTER ? 3 : 2;
    family.message(4, metric(labelValues).message(field, new Message().real(1, value)));
  }

  @Override
  public void histogram(List<String> labelValues, Distribution distribution) {
    var histogram = new Message().number(1, distribution.count()).real(2, distribution.sum());
    double[] bounds = distribution.bounds();
    for (int i = 0; i < bounds.length; i++) {
      histogram.message(
          3, new Message().number(1, distribution.cumulative()[i]).real(2, bounds[i]));
    }
    family.message(4, metric(labelValues).message(7, histogram));
  }

  @Override
  public void summary(List<String> labelValues, long count, double sum) {
    family.message(4, metric(labelValues).message(4, new Message().number(1, count).real(2, sum)));
  }

  private Message metric(List<String> labelValues) {
    var metric = new Message();
    for (int i = 0; i < labels.size(); i++) {
      metric.message(1, new Message().text(1, labels.get(i)).text(2, labelValues.get(i)));
    }
    return metric;
  }

  private void endFamily() {
    byte[] whole = family.bytes();
    if (whole.length > 0) {
      var framed = new Message();
      framed.length(whole.length);
      out.writeBytes(framed.bytes());
      out.writeBytes(whole);
    }
    family = new Message();
  }

  @Override
  public byte[] end() {
    endFamily();
    return out.toByteArray();
  }

  /** Fields one behind the other; proto2, so that zeros are written too. */
  private static final class Message {
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    private final CodedOutputStream fields = CodedOutputStream.newInstance(buffer, 64);

    private interface Write {
      void to(CodedOutputStream fields) throws IOException;
    }

    private Message write(Write write) {
      try {
        write.to(fields);
      } catch (IOException e) {
        throw new UncheckedIOException(e); // memory does not fail so
      }
      return this;
    }

    Message text(int field, String value) {
      return write(to -> to.writeString(field, value));
    }

    Message number(int field, long value) {
      return write(to -> to.writeUInt64(field, value));
    }

    Message real(int field, double value) {
      return write(to -> to.writeDouble(field, value));
    }

    Message message(int field, Message value) {
      byte[] bytes = value.bytes();
      return write(to -> to.writeByteArray(field, bytes));
    }

    void length(int bytes) {
      write(to -> to.writeUInt32NoTag(bytes));
    }

    byte[] bytes() {
      write(CodedOutputStream::flush);
      return buffer.toByteArray();
    }
  }
}
