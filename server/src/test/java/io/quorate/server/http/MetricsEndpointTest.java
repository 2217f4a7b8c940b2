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
    assertThat(MetricsEndpoint.wantsProtobuf(header)).isEqualTo(protobuf);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"gzip|true", "deflate, gzip;q=1.0|true", "gzip;q=0|false", "identity|false"})
  void gzip(String acceptEncoding, boolean accepted) {
    assertThat(MetricsEndpoint.accepts(acceptEncoding, "gzip")).isEqualTo(accepted);
  }
}
