package io.quorate.edge;

import static io.quorate.edge.JavaClient.bytes;
import static io.quorate.edge.RawHttp2.DATA;
import static io.quorate.edge.RawHttp2.END_HEADERS;
import static io.quorate.edge.RawHttp2.END_STREAM;
import static io.quorate.edge.RawHttp2.GOAWAY;
import static io.quorate.edge.RawHttp2.HEADERS;
import static io.quorate.edge.RawHttp2.PING;
import static io.quorate.edge.RawHttp2.SETTINGS;
import static io.quorate.edge.RawHttp2.WINDOW_UPDATE;
import static io.quorate.edge.RawHttp2.grpc;
import static io.quorate.edge.RawHttp2.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Slow readers, many streams, many connections: memory stays bounded and others are not harmed. */
@Timeout(120)
class BackPressureTest {
  private static final boolean LONG = Boolean.getBoolean("long");

  private final TestEdge edge = TestEdge.start(serving -> serving.http(new Web()));

  @AfterEach
  void close() {
    edge.close();
  }

  @Test
  void aStreamThatNobodyReadsStopsItsProducerAndHarmsNobody() throws Exception {
    try (var client = JavaClient.plain(edge.port())) {
      ClientCall<byte[], byte[]> slow =
          client.call(MethodType.SERVER_STREAMING, "test.Echo/Repeat");
      slow.start(new ClientCall.Listener<>() {}, new Metadata());
      slow.sendMessage(bytes("1000000 1000"));
      slow.halfClose();
      slow.request(1);
      Eventually.settles(edge.services.produced::get);
      assertThat(edge.services.produced.get()).isLessThan(20_000);
      // The same connection serves others.
      for (int i = 0; i < 100; i++) {
        assertThat(client.unary("test.Echo/Unary", new byte[50_000])).hasSize(50_000);
      }
      slow.cancel("enough", null);
      Eventually.holds(() -> edge.services.cancelled.size() == 1);
    }
  }

  @Test
  void requestsThatNobodyTakesStopTheirClientOnly() throws Exception {
    try (var client = JavaClient.plain(edge.port())) {
      ClientCall<byte[], byte[]> flooding =
          client.call(MethodType.BIDI_STREAMING, "test.Echo/Unread");
      var ready = new AtomicInteger();
      flooding.start(new ClientCall.Listener<>() {}, new Metadata());
      for (int i = 0; i < 3_000; i++) {
        flooding.sendMessage(new byte[10_000]);
        ready.incrementAndGet();
      }
      Eventually.holds(() -> edge.services.takenSlowly.get() == 1);
      for (int i = 0; i < 100; i++) {
        assertThat(client.unary("test.Echo/Unary", new byte[50_000])).hasSize(50_000);
      }
      assertThat(flooding.isReady()).isFalse();
      assertThat(edge.services.takenSlowly.get()).isEqualTo(1);
      flooding.cancel("enough", null);
    }
  }

  @Test
  void aPayloadIsPulledAsTheWindowOpensAndReleasedOnce() throws Exception {
    int length = LONG ? 1 << 30 : 100 << 20; // the heap of this JVM is 256 MiB
    try (var raw = RawHttp2.open(edge.port())) {
      raw.frame(HEADERS, END_HEADERS, 1, grpc("/test.Echo/Big"));
      byte[] text = bytes(Integer.toString(length));
      raw.frame(DATA, END_STREAM, 1, message(0, text.length, text));
      raw.await(DATA);
      Eventually.holds(() -> edge.services.pulledBytes.get() >= 65_535 - 5);
      Eventually.settles(edge.services.pulledBytes::get);
      assertThat(edge.services.pulledBytes.get()).isEqualTo(65_535 - 5);
      long received = 65_535;
      raw.frame(WINDOW_UPDATE, 0, 0, ByteBuffer.allocate(4).putInt(0x3fff_ffff).array());
      raw.frame(WINDOW_UPDATE, 0, 1, ByteBuffer.allocate(4).putInt(0x3fff_ffff).array());
      received = 0;
      while (received < length + 5L) {
        RawHttp2.Frame frame = raw.read();
        if (frame.type() == DATA) {
          received += frame.payload().length;
        }
        // What was read before counts too.
        if (frame.type() == HEADERS) {
          break;
        }
      }
      Eventually.holds(() -> edge.services.released.get() == 1);
      assertThat(edge.services.pulledBytes.get()).isEqualTo(length);
    }
  }

  /** Where frames end means nothing to the messages in them. */
  @ParameterizedTest
  @CsvSource({"100, 10, 1", "100, 300, 2", "6, 10000, 6"})
  void smallMessagesThatWaitTogetherShareFrames(int count, int length, int frames)
      throws Exception {
    try (var raw = RawHttp2.open(edge.port())) {
      raw.frame(HEADERS, END_HEADERS, 1, grpc("/test.Echo/Repeat"));
      byte[] text = bytes(count + " " + length);
      raw.frame(DATA, END_STREAM, 1, message(0, text.length, text));
      var got = new ByteArrayOutputStream();
      int seen = 0;
      while (got.size() < count * (5 + length)) {
        got.writeBytes(raw.await(DATA).payload());
        seen++;
      }
      assertThat(seen).isEqualTo(frames);
      var expected = new ByteArrayOutputStream();
      for (int i = 0; i < count; i++) {
        expected.writeBytes(message(0, length, new byte[length]));
      }
      assertThat(got.toByteArray()).isEqualTo(expected.toByteArray());
    }
  }

  @Test
  void aPayloadIsReleasedWhenItsClientGoes() throws Exception {
    try (var raw = RawHttp2.open(edge.port())) {
      raw.frame(HEADERS, END_HEADERS, 1, grpc("/test.Echo/Big"));
      raw.frame(DATA, END_STREAM, 1, message(0, 9, bytes("100000000")));
      raw.await(DATA);
    }
    Eventually.holds(() -> edge.services.released.get() == 1);
  }

  @Test
  void aThousandStreamsOnEachOfTenConnections() throws Exception {
    int connections = 10;
    int streams = LONG ? 1_000 : 200;
    List<JavaClient> clients = new ArrayList<>();
    var answered = new CountDownLatch(connections * streams);
    var ended = new CountDownLatch(connections * streams);
    List<StreamObserver<byte[]>> requests = new ArrayList<>();
    for (int c = 0; c < connections; c++) {
      JavaClient client = JavaClient.plain(edge.port());
      clients.add(client);
      for (int s = 0; s < streams; s++) {
        requests.add(
            ClientCalls.asyncBidiStreamingCall(
                client.call(MethodType.BIDI_STREAMING, "test.Echo/Chat"),
                new StreamObserver<>() {
                  @Override
                  public void onNext(byte[] message) {
                    answered.countDown();
                  }

                  @Override
                  public void onError(Throwable error) {}

                  @Override
                  public void onCompleted() {
                    ended.countDown();
                  }
                }));
      }
    }
    requests.forEach(request -> request.onNext(bytes("hello")));
    assertThat(answered.await(60, TimeUnit.SECONDS)).isTrue();
    requests.forEach(StreamObserver::onCompleted);
    assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
    clients.forEach(JavaClient::close);
  }

  @Test
  void manyConnections() throws Exception {
    // Both ends of each are in this process; e2e's HttpTest has more of them.
    int count = LONG ? 5_000 : 500;
    List<Socket> sockets = new ArrayList<>();
    byte[] request = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    try {
      for (int i = 0; i < count; i++) {
        Socket socket = new Socket("127.0.0.1", edge.port());
        sockets.add(socket);
        socket.getOutputStream().write(request);
      }
      byte[] answer = new byte[1_000];
      for (Socket socket : sockets) {
        assertThat(socket.getInputStream().read(answer)).isPositive();
      }
      assertThat(edge.listener.connections()).isEqualTo(count);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    Eventually.holds(() -> edge.listener.connections() == 0);
  }

  @Test
  void theServerPingsAQuietClientAndLeavesOneThatDoesNotAnswer() throws Exception {
    var keepalive =
        new Keepalive(Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofSeconds(2));
    long start = System.nanoTime();
    try (var quick = TestEdge.start(serving -> serving.keepalive(keepalive));
        var raw = RawHttp2.open(quick.port())) {
      assertThat(raw.await(PING).flags()).isZero();
      assertThat(raw.await(frame -> false)).isNull();
    }
    assertThat(System.nanoTime() - start).isGreaterThan(3_500_000_000L);
  }

  /** However long the answer to one might have taken. */
  @Test
  void aClientThatAnswersIsPingedAtEachInterval() throws Exception {
    var keepalive =
        new Keepalive(Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofMinutes(1));
    long start = System.nanoTime();
    try (var often = TestEdge.start(serving -> serving.keepalive(keepalive));
        var raw = RawHttp2.open(often.port())) {
      for (int i = 0; i < 5; i++) {
        raw.frame(PING, RawHttp2.ACK, 0, raw.await(PING).payload());
      }
    }
    assertThat(System.nanoTime() - start).isBetween(450_000_000L, 30_000_000_000L);
  }

  @Test
  void zeroStreamsMeanNoLimit() throws Exception {
    try (var many =
            TestEdge.start(serving -> serving.limits(Limits.DEFAULT.withMaxConcurrentStreams(0)));
        var raw = RawHttp2.open(many.port())) {
      raw.await(SETTINGS);
      raw.frame(SETTINGS, RawHttp2.ACK, 0);
      for (int stream = 1; stream <= 301; stream += 2) {
        raw.frame(HEADERS, END_HEADERS, stream, grpc("/test.Echo/Hang"));
      }
      raw.frame(PING, 0, 0, new byte[8]);
      RawHttp2.Frame answer =
          raw.await(frame -> frame.type() == RawHttp2.RST_STREAM || frame.type() == PING);
      assertThat(answer.type()).as("nothing is refused").isEqualTo(PING);
    }
  }

  @Test
  void streamsBeyondTheLimitAreRefused() throws Exception {
    try (var few =
            TestEdge.start(serving -> serving.limits(Limits.DEFAULT.withMaxConcurrentStreams(2)));
        var raw = RawHttp2.open(few.port())) {
      raw.await(SETTINGS);
      raw.frame(SETTINGS, RawHttp2.ACK, 0);
      for (int stream = 1; stream <= 5; stream += 2) {
        raw.frame(HEADERS, END_HEADERS, stream, grpc("/test.Echo/Hang"));
      }
      RawHttp2.Frame refused =
          raw.await(frame -> frame.type() == RawHttp2.RST_STREAM || frame.type() == GOAWAY);
      assertThat(refused.type()).isEqualTo(RawHttp2.RST_STREAM);
      assertThat(refused.stream()).isEqualTo(5);
      assertThat(refused.errorCode()).isEqualTo(7);
      // A client that keeps to the limit waits and is served.
      try (var client = JavaClient.plain(few.port())) {
        var done = new CountDownLatch(20);
        for (int i = 0; i < 20; i++) {
          ClientCalls.asyncServerStreamingCall(
              client.call(MethodType.SERVER_STREAMING, "test.Echo/Repeat"),
              bytes("10 10"),
              new StreamObserver<byte[]>() {
                @Override
                public void onNext(byte[] message) {}

                @Override
                public void onError(Throwable error) {}

                @Override
                public void onCompleted() {
                  done.countDown();
                }
              });
        }
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  @Test
  void anEarlyEndTellsTheClientToStopSending() throws Exception {
    try (var raw = RawHttp2.open(edge.port())) {
      raw.frame(HEADERS, END_HEADERS, 1, grpc("/test.Echo/FailLate"));
      raw.frame(DATA, 0, 1, message(0, 1, (byte) 1));
      assertThat(raw.awaitTrailers(1).get("grpc-status")).hasToString("15");
      RawHttp2.Frame reset = raw.await(RawHttp2.RST_STREAM);
      assertThat(reset.errorCode()).isZero();
    }
  }

  @Test
  void compressedRequestsAreBoundedAfterDecompression() throws Exception {
    try (var raw = RawHttp2.open(edge.port())) {
      byte[] bomb = io.quorate.rpc.MessageWriter.gzip(new byte[3_000_000]);
      raw.frame(
          HEADERS,
          END_HEADERS,
          1,
          RawHttp2.request(
              "/test.Echo/Unary", "content-type", "application/grpc", "grpc-encoding", "gzip"));
      raw.frame(DATA, END_STREAM, 1, message(1, bomb.length, bomb));
      var trailers = raw.awaitTrailers(1);
      assertThat(trailers.get("grpc-status")).hasToString("8");
      raw.frame(
          HEADERS,
          END_HEADERS,
          3,
          RawHttp2.request(
              "/test.Echo/Unary", "content-type", "application/grpc", "grpc-encoding", "gzip"));
      raw.frame(DATA, END_STREAM, 3, message(1, 3, new byte[] {1, 2, 3}));
      assertThat(raw.awaitTrailers(3).get("grpc-status")).hasToString("13");
    }
  }

  /**
   * Both calls are read in one go; the loop comes to the second while it compresses for the first.
   */
  @Test
  void theCompressingOfALongAnswerHoldsNobodyUp() throws Exception {
    try (var raw = RawHttp2.open(edge.port())) {
      raw.write(
          joined(
              bigInGzip(1, 50_000_000),
              RawHttp2.bytes(HEADERS, END_HEADERS, 3, grpc("/test.Echo/UnaryLater")),
              RawHttp2.bytes(DATA, END_STREAM, 3, message(0, 1, (byte) 7))));
      assertThat(raw.await(DATA).stream()).isEqualTo(3);
      assertThat(raw.await(DATA).stream()).isEqualTo(1);
      assertThat(edge.services.released.get()).as("it is all compressed by then").isEqualTo(1);
    }
  }

  @Test
  void whatIsBeingCompressedIsGivenBackWhenTheCallIsCancelled() throws Exception {
    try (var raw = RawHttp2.open(edge.port())) {
      raw.write(
          joined(
              bigInGzip(1, 50_000_000),
              RawHttp2.bytes(RawHttp2.RST_STREAM, 0, 1, new byte[] {0, 0, 0, 8})));
      raw.settle();
      assertThat(edge.services.released.get()).isEqualTo(1);
      assertThat(edge.services.pulledBytes.get()).isLessThan(50_000_000);
    }
  }

  private static byte[] bigInGzip(int stream, int length) {
    byte[] request =
        RawHttp2.request(
            "/test.Echo/Big", "content-type", "application/grpc", "grpc-encoding", "gzip");
    byte[] text = bytes(Integer.toString(length));
    return joined(
        RawHttp2.bytes(HEADERS, END_HEADERS, stream, request),
        RawHttp2.bytes(DATA, END_STREAM, stream, message(0, text.length, text)));
  }

  private static byte[] joined(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @Test
  void aGracefulStopNamesTheLastStreamOnceThePingIsBack() throws IOException {
    try (var raw = RawHttp2.open(edge.port())) {
      raw.frame(HEADERS, END_HEADERS, 1, grpc("/test.Echo/Hang"));
      raw.frame(DATA, 0, 1, message(0, 1, (byte) 1));
      raw.await(DATA);
      edge.listener.drain(Duration.ofSeconds(30));
      RawHttp2.Frame first = raw.await(GOAWAY);
      assertThat(ByteBuffer.wrap(first.payload()).getInt()).isEqualTo(Integer.MAX_VALUE);
      assertThat(first.debug()).isEqualTo("graceful_stop");
      RawHttp2.Frame ping = raw.await(PING);
      raw.frame(PING, RawHttp2.ACK, 0, ping.payload());
      RawHttp2.Frame second = raw.await(GOAWAY);
      assertThat(ByteBuffer.wrap(second.payload()).getInt()).isEqualTo(1);
      raw.frame(RawHttp2.RST_STREAM, 0, 1, new byte[] {0, 0, 0, 8});
      assertThat(raw.awaitClose()).isTrue();
    }
  }
}
