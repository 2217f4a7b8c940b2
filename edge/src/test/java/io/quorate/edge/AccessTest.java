package io.quorate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.helpers.NOPLogger;

/** The mux, and what stands before it. */
@Timeout(120)
class AccessTest {
  private final HttpHandler table =
      new HttpTable()
          .add("/hello", new Web())
          .add(
              "/v3/",
              exchange ->
                  new BodyCollector(
                      exchange, 10, body -> exchange.respond(200, "v3 " + body.length)))
          .add(
              "/v3/longer/",
              exchange -> {
                exchange.respond(200, "longer");
                return HttpReceiver.NONE;
              });
  private final TestEdge edge =
      TestEdge.start(serving ->
          serving.http(
              new AccessControl(
                  Set.of("127.0.0.1"),
                  Set.of("http://good.example"),
                  table,
                  NOPLogger.NOP_LOGGER)));
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    client.close();
    edge.close();
  }

  private HttpResponse<String> send(String host, String method, String path, String... headers)
      throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://" + host + ":" + edge.port() + path))
            .method(
                method,
                method.equals("POST")
                    ? HttpRequest.BodyPublishers.ofString("x".repeat(headers.length == 0 ? 3 : 30))
                    : HttpRequest.BodyPublishers.noBody());
    for (int i = 0; i + 1 < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void pathsAreFoundAsGosMuxDoes() throws Exception {
    assertThat(send("127.0.0.1", "GET", "/hello").statusCode()).isEqualTo(200);
    assertThat(send("127.0.0.1", "POST", "/v3/kv/put").body()).isEqualTo("v3 3");
    assertThat(send("127.0.0.1", "POST", "/v3/kv", "a", "b").statusCode()).isEqualTo(413);
    assertThat(send("127.0.0.1", "GET", "/v3/longer/x").body()).isEqualTo("longer");
    assertThat(send("127.0.0.1", "GET", "/hello/").body()).isEqualTo("404 page not found\n");
    for (String path : new String[] {"/v3", "/v3//kv?a=b", "/v3/../v3/kv"}) {
      assertThat(send("127.0.0.1", "GET", path).statusCode()).isEqualTo(307);
    }
    assertThat(send("127.0.0.1", "GET", "/v3//kv?a=b").headers().firstValue("location"))
        .hasValue("/v3/kv?a=b");
    assertThat(HttpTable.clean("/a/./b/../c//d/")).isEqualTo("/a/c/d/");
  }

  @Test
  void anUnknownHostIsMisdirected() throws Exception {
    HttpResponse<String> response = send("localhost", "GET", "/hello");
    assertThat(response.statusCode()).isEqualTo(421);
    assertThat(response.body())
        .startsWith("\netcd received your request, but the Host header was unrecognized.")
        .contains("etcd --host-whitelist \"localhost\"")
        .contains("\"DNS Rebinding\" attacks (CVE-2018-5702)");
  }

  @Test
  void allowedOriginsAreToldSo() throws Exception {
    HttpResponse<String> good = send("127.0.0.1", "GET", "/hello", "Origin", "http://good.example");
    assertThat(good.headers().firstValue("access-control-allow-origin"))
        .hasValue("http://good.example");
    assertThat(good.headers().firstValue("access-control-allow-methods"))
        .hasValue("POST, GET, OPTIONS, PUT, DELETE");
    HttpResponse<String> bad = send("127.0.0.1", "GET", "/hello", "Origin", "http://bad.example");
    assertThat(bad.headers().firstValue("access-control-allow-origin")).isEmpty();
    HttpResponse<String> options = send("127.0.0.1", "OPTIONS", "/anything");
    assertThat(options.statusCode()).isEqualTo(200);
    assertThat(options.body()).isEmpty();
  }
}
