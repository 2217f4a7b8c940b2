package io.quorate.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MetricsEndpointTest {
  private static final String PROTOBUF =
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|false",
        "*/*|false",
        "text/plain|false",
        "P;encoding=delimited|true",
        "P;encoding=text|false",
        "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5|false",
        "P;encoding=delimited;q=0.7,text/plain;version=0.0.4;q=0.3|true",
        "P;encoding=delimited;q=0.3,text/plain;version=0.0.4;q=0.5|false",
        "P;encoding=delimited;q=0.3,text/plain;version=1.0.0;q=0.5|true",
        "P;encoding=delimited;q=x|false"
      })
  void theFormIsTheOneThatTheClientLikesBest(String accept, boolean protobuf) {
    String header = accept == null ? "" : accept.replace("P;", PROTOBUF + ";");
    assertThat(MetricsEndpoint.Form.of(header).protobuf()).isEqualTo(protobuf);
  }

  /** Taken from etcd. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/plain; version=0.0.4; escaping=allow-utf-8|allow-utf-8",
        "text/plain;version=0.0.4;escaping=values;q=0.5|values",
        "text/plain;escaping=bogus|underscores",
        "text/plain;ESCAPING=dots|underscores",
        "*/*;escaping=allow-utf-8|allow-utf-8",
        "application/openmetrics-text;version=1.0.0;escaping=dots,text/plain;version=0.0.4|dots",
        "text/plain;version=0.0.4,text/plain;version=0.0.4;escaping=dots|underscores",
        "P;encoding=delimited;escaping=allow-utf-8|allow-utf-8"
      })
  void theEscapingIsEchoed(String accept, String escaping) {
    assertThat(MetricsEndpoint.Form.of(accept.replace("P;", PROTOBUF + ";")).contentType())
        .endsWith("; escaping=" + escaping);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"gzip|true", "deflate, gzip;q=1.0|true", "gzip;q=0|false", "identity|false"})
  void gzip(String acceptEncoding, boolean accepted) {
    assertThat(MetricsEndpoint.accepts(acceptEncoding, "gzip")).isEqualTo(accepted);
  }
}
