package io.quorate.server.http;

import io.quorate.edge.HttpExchange;
import io.quorate.edge.HttpHandler;
import io.quorate.edge.HttpReceiver;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Payload;
import io.quorate.server.ReadPool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/**
 * {@code /metrics}, by any method, in the form that the client's Accept header likes best of those
 * there are, compressed where it accepts that. Written on a thread for long scans: there are many.
 */
record MetricsEndpoint(MetricsPage page, ReadPool threads) implements HttpHandler {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String PROTOBUF =
      "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily;"
          + " encoding=delimited";

  @Override
  public HttpReceiver start(HttpExchange exchange) {
    page.asked();
    threads.run(
        () -> {
          answer(exchange);
          page.answered(200);
          return true;
        },
        failure -> {
          exchange.respond(
              500,
              "An error has occurred while serving metrics:\n\n" + failure.getMessage() + "\n");
          page.answered(500);
        });
    return HttpReceiver.NONE;
  }

  private void answer(HttpExchange exchange) {
    Metadata request = exchange.request().headers();
    Form form = Form.of(request.first("accept").orElse(""));
    byte[] body = form.protobuf ? page.protobuf() : page.text();
    var headers = new Metadata().add("content-type", form.contentType());
    if (accepts(request.first("accept-encoding").orElse(""), "gzip")) {
      headers.add("content-encoding", "gzip");
      body = gzip(body);
    }
    exchange.begin(200, headers); // in pieces, as Go sends what is large
    exchange.write(Payload.of(body));
    exchange.end();
  }

  /**
   * What is answered.
   *
   * @param escaping how names beyond the old alphabet are written; ours are all within it
   */
  record Form(boolean protobuf, String escaping) {
    private static final Set<String> ESCAPINGS =
        Set.of("allow-utf-8", "underscores", "dots", "values");

    /** The one that {@code accept} likes best, of two alike the first; text where it likes none. */
    static Form of(String accept) {
      List<String> ranges =
          Arrays.stream(accept.split(","))
              .sorted(Comparator.comparingDouble(MetricsEndpoint::quality).reversed())
              .toList();
      String escaping = "underscores";
      for (String range : ranges) {
        // It counts for the ranges behind it too, as in Prometheus' own library.
        escaping = parameter(range, "escaping").filter(ESCAPINGS::contains).orElse(escaping);
        String lower = range.toLowerCase(Locale.ROOT);
        String type = lower.split(";", 2)[0].trim();
        if (type.equals("application/vnd.google.protobuf")
            && lower.contains("proto=io.prometheus.client.metricfamily")
            && lower.contains("encoding=delimited")
            && quality(range) > 0) {
          return new Form(true, escaping);
        }
        if (type.equals("text/plain")
            && parameter(range, "version").filter(version -> !version.equals("0.0.4")).isEmpty()) {
          return new Form(false, escaping);
        }
      }
      return new Form(false, escaping);
    }

    String contentType() {
      return (protobuf ? PROTOBUF : TEXT) + "; escaping=" + escaping;
    }
  }

  static boolean accepts(String acceptEncoding, String coding) {
    for (String range : acceptEncoding.toLowerCase(Locale.ROOT).split(",")) {
      if (range.split(";", 2)[0].trim().equals(coding)) {
        return quality(range) > 0;
      }
    }
    return false;
  }

  private static double quality(String range) {
    try {
      return parameter(range, "q").map(Double::parseDouble).orElse(1.0);
    } catch (NumberFormatException malformed) {
      return 0;
    }
  }

  private static Optional<String> parameter(String range, String name) {
    return Arrays.stream(range.split(";"))
        .skip(1)
        .map(String::trim)
        .filter(parameter -> parameter.startsWith(name + "="))
        .map(parameter -> parameter.substring(name.length() + 1).trim())
        .findFirst();
  }

  private static byte[] gzip(byte[] plain) {
    var out = new ByteArrayOutputStream(plain.length / 8);
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail so
    }
    return out.toByteArray();
  }
}
