package io.quorate.metrics.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RegistryTest {
  private final Registry registry = new Registry();

  private String text() {
    return new String(registry.text(), StandardCharsets.UTF_8);
  }

  @Test
  void familiesStandInTheOrderOfTheirNames() {
    registry.gauge("b", "second").set(-3);
    registry.counter("a_total", "first").add(5);
    registry.gauge("c", "read", () -> 0.25);
    assertThat(text())
        .isEqualTo(
            """
            # HELP a_total first
            # TYPE a_total counter
            a_total 5
            # HELP b second
            # TYPE b gauge
            b -3
            # HELP c read
            # TYPE c gauge
            c 0.25
            """);
  }

  @Test
  void seriesStandInTheOrderOfTheirLabelValuesAndAFamilyWithoutAnyIsNotShown() {
    var calls = registry.counters("calls", "calls", "code", "method");
    assertThat(text()).isEmpty();
    calls.with("OK", "Put").inc();
    calls.with("Canceled", "Range");
    calls.with("OK", "Put").inc();
    assertThat(text())
        .isEqualTo(
            """
            # HELP calls calls
            # TYPE calls counter
            calls{code="Canceled",method="Range"} 0
            calls{code="OK",method="Put"} 2
            """);
  }

  @Test
  void bucketsAreCumulativeAndABoundBelongsToItsBucket() {
    var histogram = registry.histogram("took", "how long", new double[] {0.5, 1, 2});
    histogram.observe(0.5);
    histogram.observe(1.5);
    histogram.observe(99);
    assertThat(text())
        .isEqualTo(
            """
            # HELP took how long
            # TYPE took histogram
            took_bucket{le="0.5"} 1
            took_bucket{le="1"} 1
            took_bucket{le="2"} 2
            took_bucket{le="+Inf"} 3
            took_sum 101
            took_count 3
            """);
  }

  @Test
  void whatWouldEndALineOrAValueIsEscaped() {
    registry.gauges("g", "a \\ \"b\"\nc", "l").with("x\\y\"z\n").set(1);
    assertThat(text())
        .isEqualTo(
            """
            # HELP g a \\\\ "b"\\nc
            # TYPE g gauge
            g{l="x\\\\y\\"z\\n"} 1
            """);
  }

  @Test
  void aSourceTellsOfSeriesWhenItIsRead() {
    registry.summaries("pauses", "pauses", out -> out.summary(2, 0.5, "old"), "gc");
    assertThat(text())
        .isEqualTo(
            """
            # HELP pauses pauses
            # TYPE pauses summary
            pauses_sum{gc="old"} 0.5
            pauses_count{gc="old"} 2
            """);
  }

  @Test
  void aNameIsTakenOnce() {
    registry.gauge("g", "one");
    assertThatThrownBy(() -> registry.counter("g", "two")).hasMessage("a second metric named g");
  }

  @Test
  void labelsAreDeclaredInAlphabeticalOrderAndGivenAllOfThem() {
    assertThatThrownBy(() -> registry.gauges("g", "g", "b", "a"))
        .hasMessage("labels out of order: [b, a]");
    var labelled = registry.gauges("h", "h", "a");
    assertThatThrownBy(() -> labelled.with("1", "2"))
        .hasMessage("1 labels cannot have the values [1, 2]");
  }

  /**
   * The bytes are those of client_golang: {@code curl -H 'Accept:
   * application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited'
   * http://127.0.0.1:2379/metrics | head -c 84 | xxd -p}, without its created_timestamp elsewhere.
   */
  @Test
  void protobufMessagesFollowTheirLengths() throws IOException {
    registry.gauges("etcd_cluster_version", "Which version.", "cluster_version").with("3.6").set(1);
    registry.histogram("took", "how long", new double[] {0.5}).observe(2);
    var in = CodedInputStream.newInstance(registry.protobuf());
    List<String> messages = new ArrayList<>();
    while (!in.isAtEnd()) {
      messages.add(HexFormat.of().formatHex(in.readByteArray()));
    }
    assertThat(messages)
        .containsExactly(
            "0a14657463645f636c75737465725f76657273696f6e"
                + "120e57686963682076657273696f6e2e"
                + "1801"
                + "2223"
                + ("0a160a0f636c75737465725f76657273696f6e1203332e36")
                + "120909000000000000f03f",
            "0a04746f6f6b1208686f77206c6f6e671804"
                + "221a3a18"
                + "0801"
                + "110000000000000040"
                + "1a0b080011000000000000e03f");
  }
}
