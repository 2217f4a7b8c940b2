package io.quorate.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** HTTP/1.1 as the JDK's client, curl and a bare socket see it, beside gRPC on the same port. */
@Timeout(120)
class HttpServingTest {
  private final Web web = new Web();
  private final TestEdge edge = TestEdge.start(serving -> serving.http(web));
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @AfterEach
  void close() {
    client.close();
    edge.close();
  }

  private java.net.http.HttpRequest.Builder at(String path) {
    return java.net.http.HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + edge.port() + path));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(at(path).build(), BodyHandlers.ofString());
  }

  @Test
  void aPlainGet() throws Exception {
    HttpResponse<String> response = get("/hello?a=b");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("hello GET a=b\n");
    assertThat(response.headers().firstValue("content-type")).hasValue("text/plain; charset=utf-8");
    assertThat(response.headers().firstValue("date")).isPresent();
    assertThat(get("/nothing").statusCode()).isEqualTo(404);
  }

  @Test
  void grpcOnTheSamePort() {
    try (var grpc = JavaClient.plain(edge.port())) {
      assertThat(grpc.unary("test.Echo/Unary", new byte[5])).hasSize(5);
    }
  }

  @Test
  void bodiesOfAnySizeStreamBothWays() throws Exception {
    for (int size : new int[] {0, 1, 70_000}) {
      byte[] body = new byte[size];
      Arrays.fill(body, (byte) 3);
      byte[] back =
          client
              .send(
                  at("/echo").POST(BodyPublishers.ofByteArray(body)).build(),
                  BodyHandlers.ofByteArray())
              .body();
      assertThat(back).isEqualTo(body);
    }
    byte[] large = new byte[70_000_000];
    assertThat(
            client
                .send(
                    at("/count").POST(BodyPublishers.ofByteArray(large)).build(),
                    BodyHandlers.ofString())
                .body())
        .isEqualTo("70000000");
    assertThat(client.send(at("/stream?70000").build(), BodyHandlers.ofByteArray()).body())
        .hasSize(70_000_000);
  }

  @Test
  void aLongResponseWaitsForItsReader() throws Exception {
    HttpResponse<InputStream> response =
        client.send(at("/stream?1000000").build(), BodyHandlers.ofInputStream());
    Eventually.settles(web.produced::get);
    assertThat(web.produced.get()).isLessThan(60_000);
    response.body().close();
    Eventually.holds(() -> web.aborted.get() == 1);
  }

  @Test
  void aBodyThatNobodyTakesIsHeldBack() throws Exception {
    try (var socket = new Socket("127.0.0.1", edge.port())) {
      socket
          .getOutputStream()
          .write(
              "POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      socket.setSoTimeout(40_000);
      byte[] piece = new byte[64 * 1024];
      var sent = new java.util.concurrent.atomic.AtomicLong();
      Thread writer =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  while (true) {
                    socket.getOutputStream().write(piece);
                    sent.addAndGet(piece.length);
                  }
                } catch (IOException e) {
                  // closed below
                }
              });
      Eventually.settles(sent::get);
      assertThat(sent.get()).isLessThan(30_000_000);
      assertThat(web.bodyBytes.get()).isZero();
      socket.shutdownOutput();
      writer.join();
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    String answers =
        exchange(
            "GET /hello?1 HTTP/1.1\r\nHost: x\r\n\r\n"
                + "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                + "GET /hello?2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(answers).containsSubsequence("hello GET 1", "3\r\nabc\r\n0\r\n\r\n", "hello GET 2");
  }

  @Test
  void oldAndHeadAndContinue() throws Exception {
    assertThat(exchange("GET /hello HTTP/1.0\r\n\r\n"))
        .startsWith("HTTP/1.0 200 OK\r\n")
        .doesNotContain("Connection:")
        .endsWith("hello GET \n");
    assertThat(exchange("HEAD /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .contains("Content-Length: 12\r\n")
        .endsWith("\r\n\r\n");
    assertThat(
            exchange(
                "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n"
                    + "Content-Length: 2\r\n\r\nhi"))
        .startsWith("HTTP/1.1 100 Continue\r\n\r\n")
        .contains("hi");
  }

  @Test
  void whatIsNoRequestGetsGosAnswer() throws Exception {
    assertThat(exchange("GET /hello HTTP/1.1\r\n\r\n"))
        .startsWith("HTTP/1.1 400 Bad Request: missing required Host header\r\n")
        .endsWith("400 Bad Request: missing required Host header");
    assertThat(exchange("NONSENSE\r\n\r\n")).startsWith("HTTP/1.1 400 Bad Request\r\n");
    assertThat(
            exchange(
                "GET /hello HTTP/1.1\r\nHost: x\r\nBig: " + "a".repeat(1_100_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n");
    assertThat(exchange("\0\1\2")).isEmpty();
  }

  @Test
  void trailersComeAndACutResponseShows() throws Exception {
    assertThat(exchange("GET /trailers HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .contains("Trailer: x-end\r\n")
        .endsWith("4\r\nbody\r\n0\r\nX-End: yes\r\n\r\n");
    assertThatThrownBy(() -> get("/cut")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> get("/throw")).isInstanceOf(IOException.class);
  }

  @Test
  void aClientThatLeavesWhileTheAnswerIsMadeIsNoticed() throws Exception {
    try (var socket = new Socket("127.0.0.1", edge.port())) {
      socket
          .getOutputStream()
          .write("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      Eventually.holds(() -> edge.listener.connections() == 1);
    }
    Eventually.holds(() -> web.aborted.get() == 1);
  }

  @Test
  void drainingClosesIdleConnections() throws Exception {
    get("/hello");
    assertThat(edge.listener.connections()).isEqualTo(1);
    edge.listener.drain(Duration.ofSeconds(100)).get(40, TimeUnit.SECONDS);
  }

  @Test
  void curlAgrees() throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/curl")), "no /usr/bin/curl on this machine");
    String url = "http://127.0.0.1:" + edge.port();
    assertThat(curl(url + "/hello?x")).isEqualTo("hello GET x\n");
    assertThat(curl("-d", "body", url + "/echo")).isEqualTo("body");
    assertThat(
            curl(
                "--http2-prior-knowledge",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code} %{http_version} %{content_type}",
                "-d",
                "x",
                url + "/test.Echo/Unary"))
        .isEqualTo("415 2 application/grpc");
  }

  private static String curl(String... arguments) throws Exception {
    String[] command = new String[arguments.length + 2];
    command[0] = "/usr/bin/curl";
    command[1] = "-sS";
    System.arraycopy(arguments, 0, command, 2, arguments.length);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  /** All that comes back until the server closes. */
  private String exchange(String request) throws IOException {
    try (var socket = new Socket("127.0.0.1", edge.port())) {
      socket.setSoTimeout(40_000);
      var answer = new ByteArrayOutputStream();
      try {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      } catch (SocketException e) {
        // It was answered, and the connection closed, before all of it was sent.
      }
      try {
        socket.getInputStream().transferTo(answer);
      } catch (SocketException e) {
        // Reset, since the server had closed: what came before counts.
      }
      return answer.toString(StandardCharsets.ISO_8859_1);
    }
  }
}
