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
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/**
 * {@code /metrics}, by any method, in the form that the client's Accept header likes best of those
 * there are, compressed where it accepts that. Written on a thread for long scans: there are many.
 */
record MetricsEndpoint(MetricsPage page, ReadPool threads) implements HttpHandler {
  static final String TEXT = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";
  static final String PROTOBUF =
      "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily;"
          + " encoding=delimited; escaping=underscores";

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
    boolean protobuf = wantsProtobuf(request.first("accept").orElse(""));
    byte[] body = protobuf ? page.protobuf() : page.text();
    var headers = new Metadata().add("content-type", protobuf ? PROTOBUF : TEXT);
    if (accepts(request.first("accept-encoding").orElse(""), "gzip")) {
      headers.add("content-encoding", "gzip");
      body = gzip(body);
    }
    exchange.begin(200, headers); // in pieces, as Go sends what is large
    exchange.write(Payload.of(body));
    exchange.end();
  }

  /** Whether, of the forms that {@code accept} names, delimited protobuf comes before text. */
  static boolean wantsProtobuf(String accept) {
    double protobuf = 0;
    double text = 0;
    for (String range : accept.toLowerCase(Locale.ROOT).split(",")) {
      String type = range.split(";", 2)[0].trim();
      double quality = quality(range);
      if (type.equals("application/vnd.google.protobuf")
          && range.contains("proto=io.prometheus.client.metricfamily")
          && range.contains("encoding=delimited")) {
        protobuf = Math.max(protobuf, quality);
      } else if (type.equals("text/plain")
          && (!range.contains("version=") || range.contains("version=0.0.4"))) {
        text = Math.max(text, quality);
      }
    }
    return protobuf > 0 && protobuf >= text;
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
    for (String parameter : range.split(";")) {
      String text = parameter.trim();
      if (text.startsWith("q=")) {
        try {
          return Double.parseDouble(text.substring(2));
        } catch (NumberFormatException malformed) {
          return 0;
        }
      }
    }
    return 1;
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
