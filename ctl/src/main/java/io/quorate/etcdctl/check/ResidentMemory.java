package io.quorate.etcdctl.check;

import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.MetricsTls;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;

/** How much memory a member's process holds, as its metrics say. */
final class ResidentMemory {
  private static final String METRIC = "process_resident_memory_bytes";

  private final String url;
  private final Invocation invocation;

  ResidentMemory(String endpoint, Invocation invocation) {
    boolean schemed = endpoint.startsWith("http://") || endpoint.startsWith("https://");
    this.url = (schemed ? endpoint : "http://" + endpoint) + "/metrics";
    this.invocation = invocation;
  }

  /** 0 if it cannot be learned, after a line on stdout that says why. */
  double bytes() {
    try {
      String text = fetch();
      for (String line : List.of(text.split("\n"))) {
        if (line.startsWith(METRIC)) {
          return Double.parseDouble(line.substring(METRIC.length()).strip());
        }
      }
      return failed("could not find: " + METRIC);
    } catch (GeneralSecurityException e) {
      return failed("client certificate error: " + e.getMessage());
    } catch (IOException e) {
      return failed("fetch error: " + e.getMessage());
    } catch (NumberFormatException e) {
      return failed("parse error: " + e.getMessage());
    }
  }

  private double failed(String why) {
    invocation.out().line(why).flush();
    return 0;
  }

  private String fetch() throws IOException, GeneralSecurityException {
    HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
    if (connection instanceof HttpsURLConnection https) {
      https.setSSLSocketFactory(MetricsTls.sockets(invocation));
    }
    try {
      return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } finally {
      connection.disconnect();
    }
  }
}
