package io.quorate.edge;

import static io.quorate.edge.JavaClient.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All that grpc-java can see of the server. */
@Timeout(120)
class GrpcServingTest {
  private final TestEdge edge = TestEdge.start();
  private final JavaClient client = JavaClient.plain(edge.port());

  @AfterEach
  void close() {
    client.close();
    edge.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ReadDeadMapping", "ReadDeadMappingLater", "ReplyFromDeadMapping"})
  void memoryThatCannotBeReadIsToldToWhoeverOwnsIt(String method) throws Exception {
    try (var edge = TestEdge.start();
        var client = JavaClient.plain(edge.port())) {
      assertThatThrownBy(() -> client.unary("test.Echo/Throw", new byte[1])).isNotNull();
      assertThat(edge.server.unreadable()).isNotDone();
      assertThatThrownBy(() -> client.unary("test.Echo/" + method, new byte[1])).isNotNull();
      assertThat(edge.server.unreadable()).succeedsWithin(Duration.ofMinutes(1));
    }
  }

  @Test
  void unaryAnswersFromTheLoopAndFromElsewhere() {
    for (int size : new int[] {0, 1, 100, 16_384, 70_000, 2_097_152}) {
      byte[] message = new byte[size];
      Arrays.fill(message, (byte) 7);
      assertThat(client.unary("test.Echo/Unary", message)).isEqualTo(message);
      assertThat(client.unary("test.Echo/UnaryElsewhere", message)).isEqualTo(message);
    }
  }

  @Test
  void everyStatusCodeArrivesWithMessageAndTrailers() {
    for (int code = 1; code <= 16; code++) {
      StatusRuntimeException e = client.failure("test.Echo/Fail", bytes(code + " 100% ä\nβ"));
      assertThat(e.getStatus().getCode().value()).isEqualTo(code);
      assertThat(e.getStatus().getDescription()).isEqualTo("100% ä\nβ");
      assertThat(e.getTrailers().get(Metadata.Key.of("why", Metadata.ASCII_STRING_MARSHALLER)))
          .isEqualTo("asked");
      assertThat(e.getTrailers().get(Metadata.Key.of("raw-bin", Metadata.BINARY_BYTE_MARSHALLER)))
          .isEqualTo(new byte[] {0, 1, (byte) 0xff});
    }
  }

  @Test
  void aHandlerThatThrowsEndsTheCallAsUnknown() {
    assertThat(client.failure("test.Echo/Throw", bytes("x")).getStatus())
        .satisfies(status -> {
          assertThat(status.getCode()).isEqualTo(Status.Code.UNKNOWN);
          assertThat(status.getDescription()).isEqualTo("thrown");
        });
  }

  @Test
  void unknownServiceAndMethodAreToldApart() {
    assertThat(client.failure("test.Nobody/Unary", bytes("")).getStatus().toString())
        .contains("UNIMPLEMENTED", "unknown service test.Nobody");
    assertThat(client.failure("test.Echo/Nothing", bytes("")).getStatus().toString())
        .contains("UNIMPLEMENTED", "unknown method Nothing for service test.Echo");
  }

  @Test
  void metadataTravelsBothKinds() {
    var headers = new Metadata();
    headers.put(Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER), "abc");
    headers.put(Metadata.Key.of("x-bin", Metadata.BINARY_BYTE_MARSHALLER), new byte[] {1, 2, 3});
    var with =
        ClientInterceptors.intercept(
            client.channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    String seen =
        new String(
            JavaClient.unary(with, "test.Echo/Metadata", bytes(""), CallOptions.DEFAULT),
            java.nio.charset.StandardCharsets.UTF_8);
    assertThat(seen).contains("token=abc\n").contains("x-bin=AQID");
    assertThat(seen)
        .doesNotContain("content-type")
        .doesNotContain("grpc-accept")
        .doesNotContain("grpc-enc");
  }

  @Test
  void gzipIsAnsweredWithGzip() {
    byte[] message = new byte[100_000];
    assertThat(
            JavaClient.unary(
                client.channel,
                "test.Echo/Unary",
                message,
                CallOptions.DEFAULT.withCompression("gzip")))
        .isEqualTo(message);
  }

  /** Long ones are compressed in slices, and short ones at once; the end comes last. */
  @Test
  void compressedMessagesKeepTheirOrder() {
    byte[] noise = new byte[300_000];
    new Random(5).nextBytes(noise);
    for (byte[] message : new byte[][] {noise, new byte[65_536], new byte[65_537], {1}, {}}) {
      assertThat(
              JavaClient.unary(
                  client.channel,
                  "test.Echo/UnaryElsewhere",
                  message,
                  CallOptions.DEFAULT.withCompression("gzip")))
          .isEqualTo(message);
    }
    Iterator<byte[]> answers =
        ClientCalls.blockingServerStreamingCall(
            client.channel,
            JavaClient.method(MethodType.SERVER_STREAMING, "test.Echo/Falling"),
            CallOptions.DEFAULT.withCompression("gzip"),
            JavaClient.bytes("400000"));
    for (int size = 400_000; size > 0; size /= 2) {
      assertThat(answers.next()).hasSize(size);
    }
    assertThat(answers.hasNext()).isFalse();
  }

  @Test
  void aRequestOverTheLimitIsRefusedInGosWords() {
    assertThat(client.failure("test.Echo/Unary", new byte[2_097_153]).getStatus().toString())
        .contains("RESOURCE_EXHAUSTED")
        .contains("grpc: received message larger than max (2097153 vs. 2097152)");
  }

  @Test
  void clientStreaming() throws Exception {
    var answer = new JavaClient.Collector();
    StreamObserver<byte[]> requests =
        ClientCalls.asyncClientStreamingCall(
            client.call(MethodType.CLIENT_STREAMING, "test.Echo/Join"), answer);
    for (int i = 0; i < 1_000; i++) {
      requests.onNext(new byte[i]);
    }
    requests.onCompleted();
    assertThat(answer.await().status).isEqualTo(Status.OK);
    assertThat(new String(answer.messages.getFirst())).isEqualTo("1000 499500");
  }

  @Test
  void serverStreaming() throws Exception {
    var answers = new JavaClient.Collector();
    ClientCalls.asyncServerStreamingCall(
        client.call(MethodType.SERVER_STREAMING, "test.Echo/Repeat"), bytes("2000 1000"), answers);
    assertThat(answers.await().status).isEqualTo(Status.OK);
    assertThat(answers.messages).hasSize(2_000);
  }

  @Test
  void anErrorAfterMessagesComesAfterThem() throws Exception {
    var answers = new JavaClient.Collector();
    ClientCalls.asyncServerStreamingCall(
        client.call(MethodType.SERVER_STREAMING, "test.Echo/FailLate"), bytes("one"), answers);
    assertThat(answers.await().status.getCode()).isEqualTo(Status.Code.DATA_LOSS);
    assertThat(answers.messages).hasSize(1);
  }

  @Test
  void bothDirectionsStream() throws Exception {
    var answers = new JavaClient.Collector();
    StreamObserver<byte[]> requests =
        ClientCalls.asyncBidiStreamingCall(
            client.call(MethodType.BIDI_STREAMING, "test.Echo/Chat"), answers);
    for (int i = 0; i < 500; i++) {
      requests.onNext(bytes("message " + i));
    }
    requests.onCompleted();
    assertThat(answers.await().status).isEqualTo(Status.OK);
    assertThat(answers.messages).hasSize(500);
    assertThat(new String(answers.messages.getLast())).isEqualTo("message 499");
  }

  @Test
  void aDeadlineIsSeenByTheHandlerAndCancelsIt() {
    long left =
        Long.parseLong(
            new String(
                JavaClient.unary(
                    client.channel,
                    "test.Echo/Deadline",
                    bytes(""),
                    CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS))));
    assertThat(left).isBetween(20_000_000_000L, 30_000_000_000L);
    // On a busy machine the time may be over before the request leaves: then again with more.
    for (long millis = 100; edge.services.hanging.getCount() > 0; millis *= 4) {
      assertThat(
              client
                  .failure(
                      "test.Echo/Hang",
                      bytes("x"),
                      CallOptions.DEFAULT.withDeadlineAfter(millis, TimeUnit.MILLISECONDS))
                  .getStatus()
                  .getCode())
          .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }
    Eventually.holds(() -> !edge.services.cancelled.isEmpty());
  }

  @Test
  void aCancelledCallIsToldToItsHandler() throws Exception {
    ClientCall<byte[], byte[]> call = client.call(MethodType.BIDI_STREAMING, "test.Echo/Hang");
    var answers = new JavaClient.Collector();
    StreamObserver<byte[]> requests = ClientCalls.asyncBidiStreamingCall(call, answers);
    requests.onNext(bytes("x"));
    assertThat(answers.first.await(40, TimeUnit.SECONDS)).isTrue();
    call.cancel("enough", null);
    Eventually.holds(() -> edge.services.cancelled.size() == 1);
    assertThat(edge.services.cancelled.peek()).isEqualTo(io.quorate.rpc.Status.CANCELLED);
  }

  @Test
  void aLostConnectionCancelsItsCalls() throws Exception {
    var answers = new JavaClient.Collector();
    StreamObserver<byte[]> requests =
        ClientCalls.asyncBidiStreamingCall(
            client.call(MethodType.BIDI_STREAMING, "test.Echo/Hang"), answers);
    requests.onNext(bytes("x"));
    assertThat(answers.first.await(40, TimeUnit.SECONDS)).isTrue();
    client.close();
    Eventually.holds(() -> edge.services.cancelled.size() == 1);
    Eventually.holds(() -> edge.listener.connections() == 0);
  }

  @Test
  void drainingLetsRunningCallsFinishAndCutsTheRest() throws Exception {
    var chat = new JavaClient.Collector();
    StreamObserver<byte[]> talk =
        ClientCalls.asyncBidiStreamingCall(
            client.call(MethodType.BIDI_STREAMING, "test.Echo/Chat"), chat);
    talk.onNext(bytes("before"));
    assertThat(chat.first.await(40, TimeUnit.SECONDS)).isTrue();
    var drained = edge.listener.drain(java.time.Duration.ofSeconds(60));
    talk.onNext(bytes("after"));
    talk.onCompleted();
    assertThat(chat.await().status).isEqualTo(Status.OK);
    assertThat(chat.messages).hasSize(2);
    drained.get(40, TimeUnit.SECONDS);
  }

  @Test
  void theGraceEnds() throws Exception {
    var answers = new JavaClient.Collector();
    StreamObserver<byte[]> requests =
        ClientCalls.asyncBidiStreamingCall(
            client.call(MethodType.BIDI_STREAMING, "test.Echo/Hang"), answers);
    requests.onNext(bytes("x"));
    assertThat(answers.first.await(40, TimeUnit.SECONDS)).isTrue();
    edge.listener.drain(java.time.Duration.ofMillis(300)).get(40, TimeUnit.SECONDS);
    assertThat(answers.await().status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    // The client may learn of it before the handler does.
    Eventually.holds(() -> edge.services.cancelled.size() == 1);
  }

  @Test
  void nioServesAsWell() {
    try (var nio = TestEdge.onNio(serving -> serving);
        var over = JavaClient.plain(nio.port())) {
      for (String name : List.of("test.Echo/Unary", "test.Echo/UnaryElsewhere")) {
        assertThat(over.unary(name, new byte[300_000])).hasSize(300_000);
      }
    }
  }
}
