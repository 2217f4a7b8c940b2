package io.quorate.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Payload;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What members ask of each other, against our own server and the JDK's. */
@Timeout(120)
class HttpDialerTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final Web web = new Web();
  private final TestEdge edge = TestEdge.start(serving -> serving.http(web));
  private final HttpDialer dialer = dialer(true, Duration.ZERO);

  private HttpDialer dialer(boolean reuse, Duration readTimeout) {
    return new HttpDialer(
        edge.server, new HttpDialer.Options(LONG, readTimeout, reuse, Optional.empty()));
  }

  @AfterEach
  void close() {
    dialer.close();
    edge.close();
  }

  private URI base() {
    return URI.create("http://127.0.0.1:" + edge.port());
  }

  private HttpReply ask(OutgoingRequest request) throws Exception {
    return dialer.ask(base(), request, 1 << 20, LONG).get();
  }

  @Test
  void aGetAndItsHeaders() throws Exception {
    HttpReply reply = ask(OutgoingRequest.get("/hello?a=b", new Metadata()));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text()).isEqualTo("hello GET a=b");
    assertThat(reply.headers().first("content-type")).hasValue("text/plain; charset=utf-8");
    assertThat(ask(OutgoingRequest.get("/nothing", new Metadata())).status()).isEqualTo(404);
  }

  @Test
  void bodiesGoWithGetAndPost() throws Exception {
    assertThat(ask(OutgoingRequest.post("/count", new Metadata(), new byte[70_000])).text())
        .isEqualTo("70000");
    assertThat(ask(OutgoingRequest.get("/count", new Metadata(), new byte[12])).text())
        .isEqualTo("12");
  }

  @Test
  void anIdleConnectionServesTheNextCall() throws Exception {
    for (int i = 0; i < 5; i++) {
      ask(OutgoingRequest.get("/hello", new Metadata()));
    }
    assertThat(edge.listener.connections()).isEqualTo(1);
  }

  /** The host part of the URL is the name of a file in the working directory. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aUnixSocket(boolean nativeTransport) throws Exception {
    Path file = Files.createTempFile(Path.of("target"), "sock", "");
    try (TestEdge other =
        nativeTransport
            ? TestEdge.start(serving -> serving.http(web))
            : TestEdge.onNio(serving -> serving.http(web))) {
      other
          .server
          .bind(new ListenAddress.Unix(file.toString()), SocketOptions.DEFAULT)
          .serve(Serving.plain().http(web));
      try (var unix =
          new HttpDialer(
              other.server, new HttpDialer.Options(LONG, LONG, true, Optional.empty()))) {
        OutgoingRequest hello = OutgoingRequest.get("/hello?a=b", new Metadata());
        URI base =
            URI.create(
                "unix://" + file.toString().replaceFirst("/.*", "") + "/" + file.getFileName());
        assertThat(unix.ask(base, hello, 1 << 20, LONG).get().text()).isEqualTo("hello GET a=b");
        URI nobody = URI.create("unix://nobody:1");
        assertThatThrownBy(() -> unix.ask(nobody, hello, 1 << 20, LONG).get())
            .hasMessageContaining("dial unix nobody:1: connect: no such file or directory");
      }
    }
  }

  @Test
  void aNameIsResolved() throws Exception {
    HttpReply reply =
        dialer
            .ask(
                URI.create("http://localhost:" + edge.port()),
                OutgoingRequest.get("/hello", new Metadata()),
                100,
                LONG)
            .get();
    assertThat(reply.status()).isEqualTo(200);
  }

  @Test
  void aStreamedBodyWaitsForTheReader() {
    var reply = new CompletableFuture<Integer>();
    var written = new AtomicLong();
    OutgoingCall call =
        dialer.call(
            base(),
            OutgoingRequest.streamedPost("/count", new Metadata()),
            new Collected(reply::complete, reply::completeExceptionally));
    for (int i = 0; i < 200; i++) {
      Eventually.holds(call::isWritable);
      call.write(Payload.of(new byte[10_000]));
      written.addAndGet(10_000);
    }
    call.end();
    assertThat(reply.join()).isEqualTo(200);
  }

  @Test
  void anAnswerThatIsCutFails() {
    assertThatThrownBy(() -> ask(OutgoingRequest.get("/cut", new Metadata())))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(IOException.class)
        .hasMessage("unexpected EOF");
  }

  @Test
  void anAnswerBeyondTheLimitFails() {
    assertThatThrownBy(
            () -> dialer.ask(base(), OutgoingRequest.get("/hello", new Metadata()), 3, LONG).get())
        .cause()
        .hasMessage("http: response body too large");
  }

  @Test
  void nobodyListens() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertThatThrownBy(() ->
            dialer
                .ask(
                    URI.create("http://127.0.0.1:" + port),
                    OutgoingRequest.get("/", new Metadata()),
                    100,
                    LONG)
                .get())
        .cause()
        .hasMessage("dial tcp 127.0.0.1:" + port + ": connect: connection refused");
  }

  @Test
  void silenceEndsACallThatLimitsIt() {
    try (HttpDialer impatient = dialer(false, Duration.ofMillis(200))) {
      var failure = new CompletableFuture<IOException>();
      impatient.call(
          base(),
          OutgoingRequest.get("/wait", new Metadata()),
          new Collected(status -> {}, failure::complete));
      assertThat(failure.join()).hasMessage("i/o timeout");
    }
  }

  @Test
  void aCancelledCallIsCutAndSaysNothing() {
    OutgoingCall call =
        dialer.call(
            base(),
            OutgoingRequest.get("/wait", new Metadata()),
            new Collected(
                status -> {
                  throw new AssertionError("answered");
                },
                failure -> {
                  throw new AssertionError("failed", failure);
                }));
    Eventually.holds(() -> edge.listener.connections() == 1);
    call.cancel();
    Eventually.holds(() -> edge.listener.connections() == 0);
  }

  @Test
  void anotherServersAnswers() throws Exception {
    HttpServer other = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    other.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] body = exchange.getRequestURI().toString().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
    other.start();
    try {
      URI base = URI.create("http://127.0.0.1:" + other.getAddress().getPort());
      for (int i = 0; i < 3; i++) {
        HttpReply reply =
            dialer
                .ask(base, OutgoingRequest.post("/x?" + i, new Metadata(), new byte[3]), 100, LONG)
                .get();
        assertThat(reply.text()).isEqualTo("/x?" + i);
      }
    } finally {
      other.stop(0);
    }
  }

  /** Hears the status or the failure. */
  private record Collected(
      java.util.function.IntConsumer status, java.util.function.Consumer<IOException> failure)
      implements ReplyListener {
    @Override
    public void head(int code, Metadata headers) {
      status.accept(code);
    }

    @Override
    public void data(byte[] piece) {}

    @Override
    public void end() {}

    @Override
    public void failed(IOException cause) {
      failure.accept(cause);
    }
  }
}
