package io.quorate.metrics.registry;

import io.quorate.metrics.registry.Exposition.Kind;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * All metrics of one member. Each name is made once and has one kind, one help text and one set of
 * labels; the labels are declared in alphabetical order, which is that of the output. Any thread.
 */
public final class Registry {
  /** Writes the series of one name; none where nothing is known yet. */
  private interface Series {
    void writeTo(Head head, Exposition out);
  }

  private record Family(String name, String help, Kind kind, List<String> labels, Series series) {}

  /** Written only before the first series of a family. */
  private static final class Head {
    private final Family family;
    private final Exposition out;
    private boolean written;

    private Head(Family family, Exposition out) {
      this.family = family;
      this.out = out;
    }

    private void write() {
      if (!written) {
        written = true;
        out.family(family.name, family.help, family.kind, family.labels);
      }
    }
  }

  private final Map<String, Family> families = new ConcurrentSkipListMap<>();

  public Counter counter(String name, String help) {
    var counter = new Counter();
    single(name, help, Kind.COUNTER, counter::value);
    return counter;
  }

  public Labelled<Counter> counters(String name, String help, String... labels) {
    return labelled(
        name,
        help,
        Kind.COUNTER,
        labels,
        Counter::new,
        out -> (values, counter) -> out.value(values, counter.value()));
  }

  public Gauge gauge(String name, String help) {
    var gauge = new Gauge();
    single(name, help, Kind.GAUGE, gauge::value);
    return gauge;
  }

  public Labelled<Gauge> gauges(String name, String help, String... labels) {
    return labelled(
        name,
        help,
        Kind.GAUGE,
        labels,
        Gauge::new,
        out -> (values, gauge) -> out.value(values, gauge.value()));
  }

  /** A gauge that is read when somebody asks. */
  public void gauge(String name, String help, DoubleSupplier now) {
    single(name, help, Kind.GAUGE, now);
  }

  /** A counter that somebody else keeps, read when somebody asks. */
  public void counter(String name, String help, DoubleSupplier now) {
    single(name, help, Kind.COUNTER, now);
  }

  public Histogram histogram(String name, String help, double[] bounds) {
    var histogram = new Histogram(bounds);
    add(
        new Family(
            name,
            help,
            Kind.HISTOGRAM,
            List.of(),
            (head, out) -> {
              head.write();
              out.histogram(List.of(), histogram.distribution());
            }));
    return histogram;
  }

  public Labelled<Histogram> histograms(
      String name, String help, double[] bounds, String... labels) {
    return labelled(
        name,
        help,
        Kind.HISTOGRAM,
        labels,
        () -> new Histogram(bounds),
        out -> (values, histogram) -> out.histogram(values, histogram.distribution()));
  }

  /** Takes what a source tells of a family when it is read. */
  public interface Readings {
    void value(double value, String... labelValues);

    /** Of a summary without quantiles. */
    void summary(long count, double sum, String... labelValues);
  }

  /** Reads all series of a family. */
  public interface Source {
    void read(Readings readings);
  }

  /** Gauges that are read when somebody asks. */
  public void gauges(String name, String help, Source source, String... labels) {
    read(name, help, Kind.GAUGE, source, labels);
  }

  /** Summaries that somebody else keeps. */
  public void summaries(String name, String help, Source source, String... labels) {
    read(name, help, Kind.SUMMARY, source, labels);
  }

  private void read(String name, String help, Kind kind, Source source, String... labels) {
    add(
        new Family(
            name,
            help,
            kind,
            List.of(labels),
            (head, out) ->
                source.read(
                    new Readings() {
                      @Override
                      public void value(double value, String... labelValues) {
                        head.write();
                        out.value(List.of(labelValues), value);
                      }

                      @Override
                      public void summary(long count, double sum, String... labelValues) {
                        head.write();
                        out.summary(List.of(labelValues), count, sum);
                      }
                    })));
  }

  private void single(String name, String help, Kind kind, DoubleSupplier value) {
    add(
        new Family(
            name,
            help,
            kind,
            List.of(),
            (head, out) -> {
              head.write();
              out.value(List.of(), value.getAsDouble());
            }));
  }

  /** How the series of one family are written into an output. */
  private interface Writer<S> {
    BiConsumer<List<String>, S> into(Exposition out);
  }

  private <S> Labelled<S> labelled(
      String name, String help, Kind kind, String[] labels, Supplier<S> factory, Writer<S> writer) {
    var labelled = new Labelled<>(labels.length, factory);
    add(
        new Family(
            name,
            help,
            kind,
            List.of(labels),
            (head, out) -> {
              BiConsumer<List<String>, S> series = writer.into(out);
              labelled.forEach((values, one) -> {
                head.write();
                series.accept(values, one);
              });
            }));
    return labelled;
  }

  private void add(Family family) {
    for (int i = 1; i < family.labels.size(); i++) {
      if (family.labels.get(i - 1).compareTo(family.labels.get(i)) >= 0) {
        throw new IllegalArgumentException("labels out of order: " + family.labels);
      }
    }
    if (families.putIfAbsent(family.name, family) != null) {
      throw new IllegalArgumentException("a second metric named " + family.name);
    }
  }

  /** All that is known now, in Prometheus' text form 0.0.4. */
  public byte[] text() {
    return writtenTo(new TextExposition());
  }

  /** The same as messages {@code io.prometheus.client.MetricFamily}, each after its length. */
  public byte[] protobuf() {
    return writtenTo(new ProtobufExposition());
  }

  private byte[] writtenTo(Exposition out) {
    for (Family family : families.values()) {
      family.series.writeTo(new Head(family, out), out);
    }
    return out.end();
  }
}
